/**
 * Colours of series, light and dark: chosen by search for the largest least distance in OKLab under normal vision and
 * simulated protan, deutan and tritan vision (Machado et al. 2009), with contrast >= 3 to the page. Markers and dashes
 * repeat what the colour says.
 */
export const seriesColours: readonly { readonly light: string; readonly dark: string }[] = [
  { light: '#0c2ca2', dark: '#4a7af3' },
  { light: '#e07227', dark: '#d56f2c' },
  { light: '#1aa598', dark: '#67fded' },
  { light: '#66224d', dark: '#9b5686' },
  { light: '#7e5904', dark: '#f1bf4e' },
  { light: '#5c6489', dark: '#a0a6c1' },
];

/** The page itself, light and dark. */
export const paper = { light: '#ffffff', dark: '#15171b' };

/** Levels of heat maps, from low to high; both ends differ in lightness above all. */
export const heatColours: readonly { readonly light: string; readonly dark: string }[] = [
  { light: '#f1eff4', dark: '#23262d' },
  { light: '#dfdfec', dark: '#2a3245' },
  { light: '#c6cee4', dark: '#2f3f5f' },
  { light: '#a8bbdb', dark: '#344e79' },
  { light: '#86a6d1', dark: '#3c5f94' },
  { light: '#6490c5', dark: '#4a73ae' },
  { light: '#4378b4', dark: '#618ac5' },
  { light: '#27609d', dark: '#84a6d8' },
  { light: '#12467f', dark: '#b3c9ea' },
];

const MARKERS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star'] as const;
const DASHES = [undefined, '7 3', '2 3', '9 3 2 3'] as const;

/** How a series looks in charts, tables and legends alike. */
export interface SeriesLook {
  /** A CSS colour that follows the page's light or dark scheme. */
  readonly colour: string;
  readonly marker: (typeof MARKERS)[number];
  /** A stroke-dasharray; undefined = solid. */
  readonly dash: string | undefined;
}

/** The look of the i-th series: colours and markers repeat after six, and then the dash tells them apart. */
export function seriesLook(index: number): SeriesLook {
  const turn = Math.floor(index / seriesColours.length);
  return {
    colour: `var(--series-${index % seriesColours.length})`,
    marker: MARKERS[(index + turn) % MARKERS.length],
    dash: DASHES[turn % DASHES.length],
  };
}

/** The custom properties that {@link seriesLook} and heat maps refer to, for one scheme. */
export function paletteCss(scheme: 'light' | 'dark'): string {
  return [
    ...seriesColours.map((colour, i) => `--series-${i}:${colour[scheme]};`),
    ...heatColours.map((colour, i) => `--heat-${i}:${colour[scheme]};`),
  ].join('');
}
