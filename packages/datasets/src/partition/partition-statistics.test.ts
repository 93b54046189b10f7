import { describe, expect, it } from 'vitest';

import { partitionSvg } from './render-svg.ts';
import { renderPartitionText } from './render-text.ts';
import { partitionStatistics } from './partition-statistics.ts';

const rows = (...indices: number[]) => Int32Array.from(indices);
// samples 0..5 are class 0, 6..8 class 1, 9 class 2
const labels = rows(0, 0, 0, 0, 0, 0, 1, 1, 1, 2);
const drawn = {
  train: [rows(0, 1, 2, 6), rows(7, 3), rows()],
  test: [rows(4, 8), rows(5), rows()],
};
const statistics = partitionStatistics(drawn, labels, { classes: 4 });

describe('partitionStatistics', () => {
  it('counts', () => {
    expect(statistics.counts.map((own) => [...own])).toEqual([
      [4, 2, 0, 0],
      [2, 1, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(statistics.trainCounts.map((own) => [...own])[0]).toEqual([3, 1, 0, 0]);
    expect(statistics.testCounts.map((own) => [...own])[0]).toEqual([1, 1, 0, 0]);
    expect([[...statistics.sizes], [...statistics.trainSizes], [...statistics.testSizes]]).toEqual([
      [6, 3, 0],
      [4, 2, 0],
      [2, 1, 0],
    ]);
    expect(statistics.missingClasses).toEqual([
      [2, 3],
      [2, 3],
      [0, 1, 2, 3],
    ]);
    expect([statistics.clients, statistics.classes]).toEqual([3, 4]);
  });

  it('measures how uneven the classes are', () => {
    const entropy = -(2 / 3) * Math.log(2 / 3) - (1 / 3) * Math.log(1 / 3);
    expect(statistics.entropy[0]).toBeCloseTo(entropy, 12);
    expect(statistics.effectiveClasses[0]).toBeCloseTo(Math.exp(entropy), 12);
    expect([statistics.entropy[2], statistics.effectiveClasses[2]]).toEqual([0, 0]);
    const pure = partitionStatistics({ train: [rows(0, 1)], test: [rows(2)] }, labels);
    expect([pure.entropy[0], pure.effectiveClasses[0], pure.classes]).toEqual([0, 1, 3]);
    const even = partitionStatistics({ train: [rows(0, 6, 9)], test: [rows()] }, labels);
    expect(even.effectiveClasses[0]).toBeCloseTo(3, 12);
  });

  it('says how often the most frequent training class is right', () => {
    // client 0 says 0: right for sample 4 of (4, 8); client 1 has 0 and 1 once and says the first: right for 5
    expect(statistics.majorityBaseline).toBeCloseTo(2 / 3, 12);
    expect(partitionStatistics({ train: [rows(0)], test: [rows()] }, labels).majorityBaseline).toBe(0);
  });
});

describe('renderPartitionText', () => {
  it('draws a row for each client', () => {
    expect(renderPartitionText(statistics).split('\n')).toEqual([
      'client  0 1 2 3   samples                    effective  missing',
      '     0  █ ▄ · ·         6  ████████████████        1.9        2',
      '     1  ▄ ▂ · ·         3  ████████                1.9        2',
      '     2  · · · ·         0                          0.0        4',
      '3 clients, 9 samples, 4 classes; highest block = 4 samples; majority-class baseline 0.667',
    ]);
  });

  it('keeps to the width, also with many classes and clients', () => {
    const many = Int32Array.from({ length: 5000 }, (_, i) => i % 1000);
    const clients = Array.from({ length: 120 }, (_, c) => many.filter((_, i) => i % 120 === c));
    const text = renderPartitionText(
      partitionStatistics({ train: clients, test: clients.map(() => rows()) }, many),
      {
        width: 90,
      },
    );
    const plot = text.split('\n').slice(0, -1);
    expect(plot.length).toBe(121);
    for (const line of plot) expect(line.length).toBeLessThanOrEqual(90);
    expect(plot[0]).toMatch(/classes 0\.\.999, \d+ a column/);
  });
});

describe('partitionSvg', () => {
  const svg = partitionSvg(statistics, { title: 'A < B & "C"', classNames: ['x<', 'y', 'z', 'w'], id: 'p1' });

  const radius = (tooltip: string) => Number(new RegExp(`r="([\\d.]+)"><title>${tooltip}<`).exec(svg)?.[1]);

  it('is one well-formed, self-contained element', () => {
    const open: string[] = [];
    const closed: (string | undefined)[][] = [];
    for (const [, slash, name, rest] of svg.matchAll(/<(\/?)([a-z]+)((?:[^>"]|"[^"]*")*)>/gi)) {
      if (slash) closed.push([open.pop(), name]);
      else if (!rest.endsWith('/')) open.push(name);
    }
    for (const [opened, name] of closed) expect(opened).toBe(name);
    expect(open).toEqual([]);
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|<script|NaN|Infinity|undefined/,
    );
  });

  it('has a title, a description, a tooltip for each bubble, and escapes names', () => {
    expect(svg).toContain('aria-labelledby="p1-title p1-desc"');
    expect(svg).toContain('<title id="p1-title">A &lt; B &amp; &quot;C&quot;</title>');
    expect(svg).toContain('3 clients hold 0 to 6 samples of 4 classes');
    expect(svg).toContain('<title>client 0, x&lt;: 4</title>');
    expect(svg.match(/<circle/g)?.length).toBe(4);
  });

  it('gives each bubble an area in proportion to its samples', () => {
    expect(radius('client 1, x&lt;: 2') / radius('client 0, x&lt;: 4')).toBeCloseTo(Math.SQRT1_2, 2);
  });

  it('adapts to dark pages', () => {
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).toContain('currentColor');
  });
});
