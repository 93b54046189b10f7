import { checkDataset } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseTimeSeries } from './time-series.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const header = (...lines: string[]) => `${lines.join('\n')}\n@data\n`;
const two = header('@classLabel true a b');

describe('parseTimeSeries', () => {
  it('reads channels, classes, comments and line ends of all kinds', () => {
    const text = [
      '# a comment',
      '@problemName Two',
      '@TIMESTAMPS false',
      '@univariate false',
      '@dimensions 2',
      '@equalLength true',
      '@seriesLength 3',
      '@classLabel true up down',
      '@data',
      '',
      '1,2,3:10,20,30:down',
      ' 4, 5 ,6e0:-40,+50,.6 : up ',
    ].join('\r\n');
    const dataset = checkDataset(parseTimeSeries(text, { standardise: false }));
    expect(dataset.name).toBe('Two');
    expect(dataset.shape).toEqual([3, 1, 2]);
    expect(dataset.classNames).toEqual(['up', 'down']);
    expect([...dataset.labels]).toEqual([1, 0]);
    expect([...dataset.inputs]).toEqual(
      Array.from(Float32Array.of(1, 10, 2, 20, 3, 30, 4, -40, 5, 50, 6, 0.6)),
    );
  });

  it('standardises over all values before zeros are added', () => {
    // Values 1, 2, 3, 6: mean 3, deviations -2, -1, 0, 3, variance 14 / 4.
    const { inputs, shape } = parseTimeSeries(`${two}1,2,3:a\n6:b\n`);
    const unit = Math.sqrt(14 / 4);
    expect(shape).toEqual([3, 1, 1]);
    expect([...inputs]).toEqual(Array.from(Float32Array.of(-2 / unit, -1 / unit, 0, 3 / unit, 0, 0)));
  });

  it('a constant channel becomes 0, also where its sum rounds', () => {
    const { inputs } = parseTimeSeries(`${two}0.1,0.1,0.1:1,2,3:a\n0.1,0.1,0.1:4,5,6:b\n`);
    expect([...inputs].filter((_, i) => i % 2 === 0).every((value) => value === 0)).toBe(true);
  });

  it('cuts and pads to a length that is asked for', () => {
    const cut = (length: number) => [
      ...parseTimeSeries(`${two}1,2,3:a\n6:b\n`, { length, standardise: false }).inputs,
    ];
    expect(cut(2)).toEqual([1, 2, 6, 0]);
    expect(cut(4)).toEqual([1, 2, 3, 0, 6, 0, 0, 0]);
    for (const length of [0, 1.5, Number.NaN]) expect(() => cut(length)).toThrow(code('invalid-argument'));
  });

  it('refuses missing values, or fills them', () => {
    const text = `${two}?,2,?,4:a\nNaN:b\n`;
    expect(() => parseTimeSeries(text)).toThrow(code('data-corrupt'));
    expect(() => parseTimeSeries(text)).toThrow(/line 3, has a missing value/);
    const filled = (fillMissing: 'mean' | 'previous') => [
      ...parseTimeSeries(text, { fillMissing, standardise: false }).inputs,
    ];
    expect(filled('mean')).toEqual([3, 2, 3, 4, 3, 0, 0, 0]);
    expect(filled('previous')).toEqual([3, 2, 2, 4, 3, 0, 0, 0]);
  });

  it('joins files whose classes are listed in another order', () => {
    const parts = [
      { name: 'train', text: `${two}1:a\n` },
      { name: 'test', text: `${header('@classLabel true b a')}2:b\n3:a\n` },
    ];
    const { labels, inputs, source } = parseTimeSeries(parts, { standardise: false });
    expect([[...labels], [...inputs], source]).toEqual([[0, 1, 0], [1, 2, 3], 'train, test']);
  });

  it('gives back the numbers that were written', () => {
    const number = fc.float({ noNaN: true, noDefaultInfinity: true });
    const samples = fc.integer({ min: 1, max: 3 }).chain((channels) =>
      fc.array(
        fc.record({
          label: fc.constantFrom('a', 'b'),
          series: fc.integer({ min: 1, max: 6 }).chain((steps) =>
            fc.array(fc.array(number, { minLength: steps, maxLength: steps }), {
              minLength: channels,
              maxLength: channels,
            }),
          ),
        }),
        { minLength: 1, maxLength: 5 },
      ),
    );
    fc.assert(
      fc.property(samples, (samples) => {
        const lines = samples.map(({ label, series }) =>
          [...series.map((channel) => channel.join()), label].join(':'),
        );
        const { inputs, labels, shape } = parseTimeSeries(two + lines.join('\n'), { standardise: false });
        const [steps, , channels] = shape;
        samples.forEach(({ label, series }, row) => {
          expect(labels[row]).toBe(label === 'a' ? 0 : 1);
          for (let t = 0; t < steps; t++)
            for (let c = 0; c < channels; c++)
              expect(inputs[(row * steps + t) * channels + c] === (series[c][t] ?? 0)).toBe(true);
        });
      }),
      { seed: 7 },
    );
  });

  it.each([
    ['1,2:a', 'comes before @data'],
    ['@classLabel true a', 'has no line @data'],
    [`${header('@timeStamps true', '@classLabel true a')}(0,1):a`, 'has time stamps'],
    [`${header('@targetLabel true')}1:5`, 'has no classes'],
    [`${header('@classLabel false')}1`, 'has no classes'],
    [`${header('@classLabel true a a')}1:a`, 'names a class twice'],
    [two, 'has no samples'],
    [`${two}1:c`, "line 3, ends with 'c', which is no class"],
    [`${two}1,x:a`, "line 3, has 'x' for a number"],
    [`${two}1,Infinity:a`, "has 'Infinity' for a number"],
    [`${two}a`, 'has 0 channels'],
    [`${two}1:2:a\n1:b`, 'line 4, has 1 channels instead of 2'],
    [`${header('@univariate true', '@classLabel true a')}1:2:a`, 'has 2 channels instead of 1'],
    [`${header('@dimensions 3', '@classLabel true a')}1:2:a`, 'has 2 channels instead of 3'],
    [`${header('@equalLength true', '@classLabel true a')}1,2:a\n1:a`, 'a channel of 1 values instead of 2'],
    [`${header('@equalLength true', '@seriesLength 2', '@classLabel true a')}1:a`, 'instead of 2'],
  ])('refuses %j', (text, message) => {
    expect(() => parseTimeSeries(text)).toThrow(code('data-corrupt'));
    expect(() => parseTimeSeries(text)).toThrow(message);
  });

  it('refuses files that do not fit each other, and none', () => {
    const files = (text: string) => [
      { name: 'one', text: `${two}1:a` },
      { name: 'other', text },
    ];
    for (const text of [`${two}1:2:a`, `${header('@classLabel true a c')}1:a`]) {
      expect(() => parseTimeSeries(files(text))).toThrow(code('shape-mismatch'));
      expect(() => parseTimeSeries(files(text))).toThrow('other cannot be joined to one');
    }
    expect(() => parseTimeSeries([])).toThrow(code('invalid-argument'));
  });
});
