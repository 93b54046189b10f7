import fc from 'fast-check';
import { parseHTML } from 'linkedom/worker';
import { describe, expect, it } from 'vitest';
import { renderLinePlot, type LinePlotInput } from './render-line-plot.ts';

const input: LinePlotInput = {
  title: 'Accuracy <by> message',
  x: { label: 'bytes', log: true },
  y: { label: 'accuracy', percent: true },
  series: [
    {
      label: 'a<b',
      points: [
        { x: 10, y: 0.5, error: 0.1 },
        { x: 100, y: 0.7, error: 0.05 },
        { x: 1000, y: 0.9 },
      ],
    },
    {
      label: 'c',
      points: [
        { x: 10, y: 0.6 },
        { x: 100, y: null },
        { x: 1000, y: 0.8 },
      ],
    },
  ],
  references: [{ y: 0.4, label: 'alone' }],
};

const svgOf = (value: LinePlotInput) =>
  parseHTML(`<!doctype html><html><body>${renderLinePlot(value)}</body></html>`).document.querySelector(
    'svg',
  )!;
const titles = (value: LinePlotInput): (string | null)[] =>
  Array.from(svgOf(value).querySelectorAll('title'), ({ textContent }) => textContent);
const placesOf = (value: LinePlotInput): readonly (readonly [number, number])[] =>
  Array.from(svgOf(value).querySelectorAll('path'))
    .filter((path) => path.querySelector('title') !== null)
    .map((path) => {
      const [, x, y] = /translate\(([\d.]+),([\d.]+)/.exec(path.getAttribute('transform')!)!;
      return [Number(x), Number(y)];
    });

describe('renderLinePlot', () => {
  it('marks every point, with its error, and names all', () => {
    expect(titles(input)).toEqual([
      'a<b, bytes 10: 50.0% ± 10.0 points',
      'a<b, bytes 100: 70.0% ± 5.0 points',
      'a<b, bytes 1000: 90.0%',
      'c, bytes 10: 60.0%',
      'c, bytes 1000: 80.0%',
    ]);
    for (const text of [input.title, 'a<b', 'bytes', 'accuracy', 'alone', '1,000', '50%'])
      expect(svgOf(input).textContent).toContain(text);
  });

  it('puts equal factors at equal distances on a logarithmic axis, and higher values higher', () => {
    const [[x1, y1], [x2, y2], [x3, y3]] = placesOf(input);
    expect(x2 - x1).toBeCloseTo(x3 - x2, 1);
    expect(y1 - y2).toBeCloseTo(y2 - y3, 1); // .5, .7, .9
    expect(y1).toBeGreaterThan(y2);
  });

  it('draws bars of twice the error around their points', () => {
    const bars = Array.from(svgOf(input).querySelectorAll('g[stroke-width="1.75"] line'), (line) =>
      ['y1', 'y2'].map((name) => Number(line.getAttribute(name))),
    );
    expect(bars).toHaveLength(2);
    const points = placesOf(input);
    bars.forEach(([from, to], i) => expect((from + to) / 2).toBeCloseTo(points[i][1], 1));
    const lengths = bars.map(([from, to]) => Math.abs(to - from));
    expect(lengths[0] / lengths[1]).toBeCloseTo(2, 1);
  });

  it('puts equal factors at equal heights on a logarithmic axis', () => {
    const points = [1, 10, 100].map((x, i) => ({ x, y: [0.2, 2, 20][i] }));
    const value = {
      ...input,
      y: { label: 'ms', log: true },
      series: [{ label: 'a', points }],
      references: [],
    };
    const [[, y1], [, y2], [, y3]] = placesOf(value);
    expect(y1 - y2).toBeCloseTo(y2 - y3, 1);
    for (const text of ['0.1', '1', '10', '100']) expect(svgOf(value).textContent).toContain(text);
    const wrong = { ...value, references: [{ y: 0, label: 'zero' }] };
    expect(() => renderLinePlot(wrong)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('writes every x of few at the axis, also between powers of ten', () => {
    const xs = [32, 64, 128, 256, 512, 1024, 7680];
    const series = [{ label: 'a', points: xs.map((x) => ({ x, y: 0.5 })) }];
    const texts = Array.from(
      svgOf({ ...input, series }).querySelectorAll('text'),
      (text) => text.textContent,
    );
    expect(texts).toEqual(expect.arrayContaining(['32', '64', '128', '256', '512', '1,024', '7,680']));
  });

  it('breaks a line at a gap', () => {
    const lines = (value: LinePlotInput): number =>
      svgOf(value).querySelectorAll('g[stroke-width="2"] path').length;
    const at = (ys: readonly (number | null)[]) => [
      { label: 'a', points: ys.map((y, i) => ({ x: i + 1, y })) },
    ];
    expect(lines({ ...input, series: at([1, 2, 3, 4, 5]) })).toBe(1);
    expect(lines({ ...input, series: at([1, 2, null, 4, 5]) })).toBe(2);
    // A point alone has its marker only.
    expect(lines({ ...input, series: at([1, null, 3, 4, 5]) })).toBe(1);
  });

  it('shows errors as bands with a marker at the end alone', () => {
    const banded = { ...input, errors: 'bands' as const };
    expect(svgOf(banded).querySelectorAll('g[fill-opacity="0.14"] path').length).toBe(1);
    expect(svgOf(banded).querySelectorAll('g[stroke-width="1.75"]').length).toBe(0);
    expect(titles(banded)).toEqual(['a<b, bytes 1000: 90.0%', 'c, bytes 1000: 80.0%']);
  });

  it('stands alone: namespace, paper and colours of its own, nothing from a page', () => {
    const text = renderLinePlot(input);
    expect(text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    expect(text).toMatch(/<\/desc><rect width="100%" height="100%" fill="#ffffff"\/>/);
    expect(text).not.toMatch(/var\(|inherit|NaN|undefined|<style/);
    expect(renderLinePlot(input)).toBe(text);
  });

  it('keeps everything inside of its axes, whatever the numbers', () => {
    const point = fc.record({
      y: fc.option(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { nil: null }),
      error: fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: null }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(point, { maxLength: 5 }), { minLength: 1, maxLength: 9 }),
        fc.boolean(),
        (lines, log) => {
          const svg = svgOf({
            title: 't',
            x: { label: 'x', log },
            y: { label: 'y' },
            series: lines.map((points, s) => ({
              label: `s${s}`,
              points: points.map((one, i) => ({ x: 1 + i * i, ...one })),
            })),
          });
          expect(svg.outerHTML).not.toMatch(/NaN|Infinity/);
          const [width, height] = ['width', 'height'].map((name) => Number(svg.getAttribute(name)));
          for (const found of svg.querySelectorAll('line, path[transform]')) {
            for (const [x, y] of coordinatesOf(found)) {
              expect(x >= 0 && x <= width && y >= 0 && y <= height).toBe(true);
            }
          }
          expect(svg.querySelectorAll('title').length).toBe(
            lines.flat().filter(({ y }) => y !== null).length,
          );
        },
      ),
      { seed: 1, numRuns: 25 },
    );
  });

  it.each([
    { ...input, series: [] },
    { ...input, series: [{ label: 'a', points: [{ x: 0, y: 1 }] }] },
    { ...input, series: [{ label: 'a', points: [{ x: Number.NaN, y: 1 }] }] },
    {
      ...input,
      series: [
        {
          label: 'a',
          points: [
            { x: 2, y: 1 },
            { x: 2, y: 1 },
          ],
        },
      ],
    },
  ])('%#: wants lines over ascending x', (wrong) => {
    expect(() => renderLinePlot(wrong)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

/** The ends of a line, or the place of a marker. */
function coordinatesOf(element: Element): readonly (readonly [number, number])[] {
  const number = (name: string): number => Number(element.getAttribute(name) ?? 0);
  if (element.localName === 'line')
    return [
      [number('x1'), number('y1')],
      [number('x2'), number('y2')],
    ];
  const [, x, y] = /translate\(([-\d.]+),([-\d.]+)/.exec(element.getAttribute('transform')!)!;
  return [[Number(x), Number(y)]];
}
