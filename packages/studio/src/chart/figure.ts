import { html, type Html, type HtmlValue } from '../html/html.ts';

/** Widths in CSS pixels that charts are drawn for: half of the page on a desk, all of it on a phone. */
export const chartWidths = { wide: 540, narrow: 348 } as const;

export type ChartWidth = keyof typeof chartWidths;

export interface FigureOptions {
  readonly id: string;
  readonly title: string;
  readonly note?: HtmlValue;
  /** Between title and chart. */
  readonly legend?: HtmlValue;
  /** The table behind the chart. */
  readonly table?: HtmlValue;
  /** Let the reader point at x values; the chart's table gives the numbers. */
  readonly readout?: Readout;
}

/** Where x lies in the drawings, for the pointer. */
export interface Readout {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: Readonly<Record<ChartWidth, number>>;
  readonly top: number;
  readonly bottom: Readonly<Record<ChartWidth, number>>;
}

/** A chart with its title, drawn once for wide and once for narrow pages; the style sheet shows one of the two. */
export function figure(options: FigureOptions, draw: (width: ChartWidth) => Html): Html {
  const { id, title, note, legend, table, readout } = options;
  return html`<figure class="chart" id="${id}" ${readout && html` data-readout="${readout.label}"`}>
    <figcaption>
      <h3>${title}</h3>
      ${note && html`<p class="note">${note}</p>`}
    </figcaption>
    ${legend}
    ${(['wide', 'narrow'] as const).map(
      (width) =>
        html`<div class="drawing ${width}" ${readout && readoutData(readout, width)}>${draw(width)}</div> `,
    )}
    ${table}
  </figure>`;
}

function readoutData({ from, to, left, right, top, bottom }: Readout, width: ChartWidth): Html {
  return html` data-x="${[from, to, left, right[width], top, bottom[width]].map((value) => +value.toFixed(3)).join(' ')}"`;
}
