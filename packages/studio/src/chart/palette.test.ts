import { describe, expect, it } from 'vitest';
import { heatColours, paletteCss, paper, seriesColours, seriesLook } from './palette.ts';

type Rgb = readonly number[];

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const VISIONS: Readonly<Record<string, readonly number[]>> = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function linear(hex: string): Rgb {
  return [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

function times(matrix: readonly number[], [r, g, b]: Rgb): Rgb {
  return [0, 3, 6].map((row) =>
    Math.min(1, Math.max(0, matrix[row] * r + matrix[row + 1] * g + matrix[row + 2] * b)),
  );
}

/** Björn Ottosson's OKLab. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((hex) => {
    const [red, green, blue] = linear(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  });
  return Math.max(x, y) / Math.min(x, y);
}

describe.each(['light', 'dark'] as const)('the palette, %s', (scheme) => {
  const colours = seriesColours.map((colour) => colour[scheme]);

  it.each(colours)('%s has a contrast of 3 to the page', (colour) => {
    expect(contrast(colour, paper[scheme])).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.keys(VISIONS))('tells all series apart with %s vision', (vision) => {
    const seen = colours.map((colour) => oklab(times(VISIONS[vision], linear(colour))));
    seen.forEach((a, i) =>
      seen.slice(0, i).forEach((b, j) => {
        const distance = Math.hypot(...a.map((value, k) => value - b[k]));
        expect(distance, `${colours[i]} and ${colours[j]}`).toBeGreaterThan(0.09);
      }),
    );
  });

  it('has heat levels that move away from the page', () => {
    const contrasts = heatColours.map((colour) => contrast(colour[scheme], paper[scheme]));
    expect(contrasts.slice(1).every((value, i) => value > contrasts[i])).toBe(true);
  });

  it('defines every property that a look refers to', () => {
    const css = paletteCss(scheme);
    for (let i = 0; i < 20; i++) expect(css).toContain(`${/var\((.*)\)/.exec(seriesLook(i).colour)![1]}:`);
  });
});

it('no two of the first 24 series look the same', () => {
  const looks = Array.from({ length: 24 }, (_, i) => JSON.stringify(seriesLook(i)));
  expect(new Set(looks).size).toBe(24);
});
