import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { csvRows } from './csv-rows.ts';

const read = (text: string, delimiter = ',') => [...csvRows(text, delimiter)];

describe('csvRows', () => {
  it('reads quotes, spaces, empty lines and a byte order mark', () => {
    expect(read('\uFEFFa, b ,"c,""d"""\r\n\n"x\ny",,\n1,2,3')).toEqual([
      { line: 1, cells: ['a', 'b', 'c,"d"'] },
      { line: 3, cells: ['x\ny', '', ''] },
      { line: 5, cells: ['1', '2', '3'] },
    ]);
    expect(read('')).toEqual([]);
  });

  it('gives back any cells that were written, with any delimiter', () => {
    const delimiter = fc.constantFrom(',', ';', '|', '\t', '^', ']', '-', '\\', '.');
    const rows = fc.integer({ min: 2, max: 4 }).chain((width) =>
      fc.array(fc.array(fc.string(), { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 4,
      }),
    );
    fc.assert(
      fc.property(rows, delimiter, (rows, delimiter) => {
        const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
        const text = rows.map((cells) => cells.map(quote).join(delimiter)).join('\n');
        expect(read(text, delimiter).map(({ cells }) => cells)).toEqual(rows);
      }),
      { seed: 9 },
    );
  });

  it.each(['a\n"b', 'a\n"b"c,d', 'a\nb"c"', 'a\n"b""'])('%j has a bad quote in line 2', (text) => {
    expect(read(text).at(-1)).toEqual({ line: 2, cells: undefined });
  });
});
