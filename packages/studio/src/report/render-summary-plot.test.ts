import fc from 'fast-check';
import { parseHTML } from 'linkedom/worker';
import { describe, expect, it } from 'vitest';
import { renderSummaryPlot, type SummaryPlotInput } from './render-summary-plot.ts';

const input: SummaryPlotInput = {
  title: 'Accuracy <all> & "more"',
  cases: ['digits', 'c<100'],
  strategies: [
    { label: 'alone', values: [{ mean: 0.9, error: 0.02 }, null] },
    {
      label: 'to<gether',
      values: [
        { mean: 0.95, error: 0.01 },
        { mean: 0.7, error: null },
      ],
    },
  ],
};

const svgOf = (value: SummaryPlotInput) =>
  parseHTML(`<!doctype html><html><body>${renderSummaryPlot(value)}</body></html>`).document.querySelector(
    'svg',
  )!;
const titles = (value: SummaryPlotInput): (string | null)[] =>
  Array.from(svgOf(value).querySelectorAll('title'), ({ textContent }) => textContent);

describe('renderSummaryPlot', () => {
  it('has a dot for each value, with its error, and names them', () => {
    expect(titles(input)).toEqual([
      'alone, digits: 90.0% ± 2.0 points',
      'to<gether, digits: 95.0% ± 1.0 points',
      'to<gether, c<100: 70.0%',
    ]);
    for (const text of [input.title, 'alone', 'to<gether', 'digits', 'c<100', '90%'])
      expect(svgOf(input).textContent).toContain(text);
  });

  it('draws a bar of twice the error around each dot that has one', () => {
    const svg = svgOf(input);
    const bars = Array.from(svg.querySelectorAll('g[stroke-width="1.75"] line'), (line) =>
      ['x1', 'x2'].map((name) => Number(line.getAttribute(name))),
    );
    const dots = Array.from(svg.querySelectorAll('path'))
      .filter((path) => path.querySelector('title') !== null)
      .map((path) => Number(/translate\(([\d.]+)/.exec(path.getAttribute('transform')!)![1]));
    expect(bars).toHaveLength(2);
    const [[from, to], [from2, to2]] = bars;
    expect((from + to) / 2).toBeCloseTo(dots[0], 1);
    expect((from2 + to2) / 2).toBeCloseTo(dots[1], 1);
    expect((to - from) / (to2 - from2)).toBeCloseTo(2, 1);
  });

  it('stands alone: namespace, paper and colours of its own, nothing from a page', () => {
    const text = renderSummaryPlot(input);
    expect(text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    expect(text).toMatch(/<\/desc><rect width="100%" height="100%" fill="#ffffff"\/>/);
    expect(text).not.toMatch(/var\(|inherit|NaN|undefined|<style/);
    expect(text).toContain('&lt;all&gt; &amp; ');
    expect(renderSummaryPlot(input)).toBe(text);
  });

  it('keeps every dot and bar inside of its axes', () => {
    const value = fc.option(
      fc.record({
        mean: fc.double({ min: 0, max: 1, noNaN: true }),
        error: fc.option(fc.double({ min: 0, max: 0.5, noNaN: true }), { nil: null }),
      }),
      { nil: null },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 8 }), (rows) => {
        const svg = svgOf({
          title: 't',
          cases: ['a', 'b'],
          strategies: rows.map((values, i) => ({ label: `s${i}`, values })),
        });
        const width = Number(svg.getAttribute('width'));
        for (const line of svg.querySelectorAll('line')) {
          for (const name of ['x1', 'x2']) {
            const x = Number(line.getAttribute(name));
            expect(x >= 0 && x <= width - 23).toBe(true);
          }
        }
        expect(svg.outerHTML).not.toMatch(/NaN|Infinity/);
        const there = rows.flat().filter((found) => found !== null);
        expect(svg.querySelectorAll('title').length).toBe(there.length);
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  it('breaks the names of many strategies into lines', () => {
    const many = Array.from({ length: 14 }, (_, i) => ({
      label: `strategy-number-${i}`,
      values: [null, null],
    }));
    const height = (strategies: SummaryPlotInput['strategies']): number =>
      Number(svgOf({ ...input, strategies }).getAttribute('height'));
    const names = Array.from(svgOf({ ...input, strategies: many }).querySelectorAll('text')).filter((text) =>
      text.textContent!.startsWith('strategy-number'),
    );
    const places = names.map((text) => [Number(text.getAttribute('x')), text.textContent!.length] as const);
    expect(names).toHaveLength(14);
    for (const [x, length] of places) expect(x + 6.8 * length).toBeLessThan(720);
    expect(new Set(names.map((text) => text.getAttribute('y'))).size).toBeGreaterThan(1);
    expect(height(many)).toBeGreaterThan(height(many.slice(0, 1)));
  });

  it.each([
    { ...input, cases: [] },
    { ...input, cases: ['a'] },
  ])('%#: wants a value for each case', (wrong) => {
    expect(() => renderSummaryPlot(wrong)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});
