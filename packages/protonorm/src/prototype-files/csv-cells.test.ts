import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, csvCells } from './csv-cells.ts';

describe('cells of a line', () => {
  it.each([
    ['1, 2 ,3', ['1', '2', '3']],
    ['', ['']],
    [',', ['', '']],
    ['"a,b", 1', ['a,b', '1']],
    ['"say ""no""" , x', ['say "no"', 'x']],
    ['" a ",""', [' a ', '']],
  ])('%s', (line, cells) => {
    expect(csvCells(line)).toEqual(cells);
  });

  it.each(['"a', 'a"b"', '"a"b,1', '1,"'])('%s has a quote out of place', (line) => {
    expect(csvCells(line)).toBeUndefined();
  });

  it('are what was written', () => {
    const cell = fc.string().filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        expect(csvCells(cells.map(csvCell).join(','))).toEqual(cells);
      }),
      { seed: 1 },
    );
  });
});
