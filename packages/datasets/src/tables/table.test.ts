import { checkDataset } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseTable } from './table.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const rowsOf = ({ inputs, shape }: ReturnType<typeof parseTable>) =>
  Array.from({ length: inputs.length / shape[0] }, (_, row) => [
    ...inputs.subarray(row * shape[0], (row + 1) * shape[0]),
  ]);

describe('parseTable', () => {
  it('encodes numbers, categories and missing cells', () => {
    const table = parseTable('n,c,same,y\n1,u,5,no\n?,v,5,yes\n3,NA,5,no\n5,u,5,no\n', { label: 'y' });
    checkDataset(table);
    expect(table.inputNames).toEqual(['n', 'n missing', 'c=u', 'c=v', 'c missing']);
    expect(table.droppedColumns).toEqual(['same']);
    // 1, 3, 5: mean 3, variance 8 / 3.
    const unit = Math.fround(2 / Math.sqrt(8 / 3));
    expect(rowsOf(table)).toEqual([
      [-unit, 0, 1, 0, 0],
      [0, 1, 0, 1, 0],
      [0, 0, 0, 0, 1],
      [unit, 0, 1, 0, 0],
    ]);
    expect([table.classNames, [...table.labels]]).toEqual([
      ['no', 'yes'],
      [0, 1, 0, 0],
    ]);
  });

  it('a column with one cell that is no number is one of categories', () => {
    expect(parseTable('a,y\n1,0\n2,1\nfew,0\n', { label: 'y' }).inputNames).toEqual(['a=1', 'a=2', 'a=few']);
  });

  it('keeps where a constant is missing, and drops what is always missing', () => {
    const table = parseTable('a,b,y\n1,?,0\n,?,1\n', { label: 'y' });
    expect([table.inputNames, table.droppedColumns]).toEqual([['a missing'], ['b']]);
  });

  it('sorts classes, by number where all are numbers', () => {
    const classes = (cells: string[]) =>
      parseTable(`a,y\n${cells.map((cell, i) => `${i},${cell}`).join('\n')}`, { label: 'y' }).classNames;
    expect(classes(['10', '9', '1', '9'])).toEqual(['1', '9', '10']);
    expect(classes(['10', '9', 'x', '9'])).toEqual(['10', '9', 'x']);
  });

  it('joins files: types, means and categories are those of all rows', () => {
    const files = [
      { name: 'train', text: 'a,c,y\n1,u,0\n' },
      { name: 'test', text: 'a,c,y\n3,v,1\n' },
    ];
    const table = parseTable(files, { label: 'y', name: 'mine', licence: 'CC0-1.0' });
    expect(rowsOf(table)).toEqual([
      [-1, 1, 0],
      [1, 0, 1],
    ]);
    expect([table.name, table.source, table.licence]).toEqual(['mine', 'train, test', 'CC0-1.0']);
    files[1] = { name: 'test', text: 'c,a,y\nv,3,1\n' };
    expect(() => parseTable(files, { label: 'y' })).toThrow(code('shape-mismatch'));
  });

  it('gives back the numbers that were written', () => {
    const number = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, fc.boolean()), { minLength: 2, maxLength: 9 }),
        (rows) => {
          // Two rows that differ in every column, so that none is constant.
          const all = [[1, 1, true], [2, 2, false], ...rows] as [number, number, boolean][];
          const text = `a;b;y\n${all.map((row) => row.join(';')).join('\n')}`;
          const table = parseTable(text, { label: 'y', delimiter: ';', standardise: false });
          rowsOf(table).forEach((row, i) => {
            expect(row.every((value, at) => value === all[i][at])).toBe(true);
            expect(table.classNames?.[table.labels[i]]).toBe(String(all[i][2]));
          });
        },
      ),
      { seed: 3 },
    );
  });

  it('standardised columns have mean 0 and standard deviation 1', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(numbers, (numbers) => {
        const table = parseTable(`a,y\n${numbers.map((n, i) => `${n},${i % 2}`).join('\n')}`, {
          label: 'y',
        });
        const inputs = Array.from(table.inputs);
        const mean = inputs.reduce((sum, value) => sum + value, 0) / inputs.length;
        const square = inputs.reduce((sum, value) => sum + value ** 2, 0) / inputs.length;
        expect(mean).toBeCloseTo(0, 5);
        expect(square).toBeCloseTo(1, 5);
      }),
      { seed: 4 },
    );
  });

  it.each([
    ['', 'has no rows'],
    ['a,y\n', 'has no rows'],
    ['a,a,y\n1,2,3', "has two columns 'a'"],
    ['a,y\n1,0\n1\n', 'line 3, has 1 cells; its header has 2'],
    ['a,y\n"1,0\n', 'line 2, has a quote'],
    ['a,y\n1,0\n2,?\n', 'line 3, has no class'],
    ['a,y\n1,0\n1,1\n', 'nothing to learn from'],
  ])('refuses %j', (text, message) => {
    expect(() => parseTable(text, { label: 'y' })).toThrow(code('data-corrupt'));
    expect(() => parseTable(text, { label: 'y' })).toThrow(message);
  });

  it.each([
    [{ label: 'Income' }, "Did you mean 'income'? Columns: name, income"],
    [{ label: 'income', maxCategories: 2 }, "The column 'name' is no column of numbers and has 3"],
    [{ label: 'name', maxCategories: 2 }, "The label 'name' has 3 different values"],
    [{ label: 'income', delimiter: '"' }, 'cannot be the delimiter'],
    [{ label: 'income', delimiter: ', ' }, 'cannot be the delimiter'],
  ])('refuses %j', (options, message) => {
    const parse = () => parseTable('name,income\nx,1\ny,2\nz,1\n', options);
    expect(parse).toThrow(code('invalid-argument'));
    expect(parse).toThrow(message);
  });

  it('refuses no file', () => {
    expect(() => parseTable([], { label: 'y' })).toThrow(code('invalid-argument'));
  });
});
