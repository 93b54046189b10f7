import fc from 'fast-check';
import { parseHTML } from 'linkedom/worker';
import { describe, expect, it } from 'vitest';
import { heatLevel } from './heat-level.ts';
import { heatKey, heatMap } from './heat-map.ts';
import { lineChart, visibleParts } from './line-chart.ts';
import { plotSvg, shortNumbers } from './plot-svg.ts';

const options = {
  id: 'chart',
  title: 'Accuracy',
  description: 'It rises.',
  xLabel: 'Round',
  yFormat: String,
  yDomain: [0.5, 1] as const,
};

describe('plotSvg', () => {
  it('names the image, describes it, and leaves out style and inner names', () => {
    const { document } = parseHTML(
      plotSvg({ id: 'a', title: 'T <1> &amp; "$&"', description: 'D & d' }, { marks: [] }).markup,
    );
    const svg = document.querySelector('svg')!;
    expect(svg.getAttribute('role')).toBe('img');
    expect(svg.getAttribute('aria-label')).toBe('T <1> &amp; "$&"');
    expect(document.getElementById(svg.getAttribute('aria-describedby')!)!.textContent).toBe('D & d');
    expect(document.querySelectorAll('style, svg [aria-label], svg [aria-hidden]').length).toBe(0);
  });

  it('cuts long decimals only', () => {
    expect(shortNumbers('translate(98.39999999999999,190.5) M-1.23456e-7,2')).toBe(
      'translate(98.4,190.5) M0,2',
    );
  });
});

describe('lineChart', () => {
  it('draws every series for wide and narrow pages, labels them, and keeps the legend for narrow ones', () => {
    const series = ['a<b', 'c'].map((name, look) => ({
      name,
      look,
      points: [0, 1, 2].map((x) => ({ x, y: 0.6 + 0.1 * look + 0.1 * x })),
    }));
    const { document } = parseHTML(
      lineChart(series, { ...options, references: [{ y: 0.7, label: 'ref' }] }).markup,
    );
    for (const width of ['wide', 'narrow']) {
      const colours = Array.from(
        document.querySelectorAll(
          `.${width} path[stroke^="var(--series"], .${width} g[stroke^="var(--series"]`,
        ),
      );
      expect(colours.length).toBe(2);
    }
    expect(document.querySelector('.wide')!.textContent).toContain('a<b');
    expect(document.querySelector('.legend')!.textContent).toContain('a<b');
    expect(document.querySelector('.narrow')!.textContent).not.toContain('a<b');
    expect(document.querySelector('.narrow')!.textContent).toContain('ref');
  });

  it('draws one point, gaps only, and nothing at all', () => {
    for (const points of [[{ x: 3, y: 0.7 }], [{ x: 0, y: null }], []]) {
      const { markup } = lineChart([{ name: 'a', look: 0, points }], options);
      expect(markup).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

describe('visibleParts', () => {
  const curve = fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }), {
    maxLength: 12,
  });

  it('stays inside of the range and keeps every point that is inside', () => {
    fc.assert(
      fc.property(curve, (ys) => {
        const points = ys.map((y, x) => ({ x, y }));
        const parts = visibleParts(points, [0.4, 0.8]).flat();
        expect(parts.every(({ y }) => y >= 0.4 && y <= 0.8)).toBe(true);
        const kept = points.filter(({ y }) => y !== null && y >= 0.4 && y <= 0.8);
        for (const point of kept) expect(parts).toContainEqual(point);
      }),
      { seed: 1 },
    );
  });

  it('cuts a line where it crosses the edge', () => {
    const points = [0, 0.8, 0].map((y, x) => ({ x, y }));
    expect(visibleParts(points, [0.4, 1])).toEqual([
      [
        { x: 0.5, y: 0.4 },
        { x: 1, y: 0.8 },
        { x: 1.5, y: 0.4 },
      ],
    ]);
  });
});

describe('heatMap', () => {
  it('has a path for each level, merges equal neighbours and leaves gaps out', () => {
    const { markup } = heatMap({
      id: 'heat',
      title: 't',
      description: 'd',
      xLabel: 'Round',
      rows: ['a', 'b'],
      columns: [0, 1, 2, 3],
      values: [
        [0, 0, 1, 1],
        [null, 0, null, 1],
      ],
      domain: [0, 1],
    });
    const { document } = parseHTML(markup);
    const paths = Array.from(document.querySelectorAll('path[fill^="var(--heat"]'));
    expect(paths.map((path) => path.getAttribute('fill'))).toEqual(['var(--heat-0)', 'var(--heat-8)']);
    expect(paths.map((path) => path.getAttribute('d')!.match(/M/g)!.length)).toEqual([2, 2]);
  });

  it('puts values outside of the range into the levels at its ends', () => {
    expect([-1, 0, 0.5, 1, 2].map((value) => heatLevel(value, [0, 1]))).toEqual([0, 0, 4, 8, 8]);
    expect(heatLevel(3, [3, 3])).toBe(8);
    expect(heatKey([0.5, 1], String).markup).toContain('0.5 or less');
  });
});
