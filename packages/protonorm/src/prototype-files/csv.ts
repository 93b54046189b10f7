import { tableOfRows, type ClassTable } from './class-table.ts';
import { corrupt } from './corrupt.ts';
import { csvCell, csvCells } from './csv-cells.ts';
import { csvColumns, isNumeric } from './csv-columns.ts';
import { float32Text } from './float32-text.ts';

/**
 * Reads rows of numbers separated by commas, one class a line. A first line that is no row of numbers names the columns:
 * `class` and `count` are what they say, all others are the vector. A first column of words holds the names of the
 * classes, with or without a header.
 *
 * @throws `data-corrupt` with the line
 */
export function readCsv(bytes: Uint8Array, path: string): ClassTable {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw corrupt(path, 'it is no text in UTF-8');
  }
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ number: i + 1, line }))
    .filter(({ line }) => line.trim() !== '');
  if (lines.length === 0) throw corrupt(path, 'it is empty');
  const cellsOf = ({ number, line }: (typeof lines)[number]): string[] => {
    const cells = csvCells(line);
    if (cells === undefined) throw corrupt(path, `line ${number} has a quote that is not closed`, line);
    return cells;
  };
  const first = cellsOf(lines[0]);
  const second = lines.length > 1 ? cellsOf(lines[1]) : undefined;
  const { hasHeader, classColumn, classesByWords, countColumn } = csvColumns(first, second);
  const rows = hasHeader ? lines.slice(1) : lines;
  const width = first.length;
  const values: number[] = [];
  const classes: string[] = [];
  const counts: number[] = [];
  for (const line of rows) {
    const cells = cellsOf(line);
    if (cells.length !== width) {
      throw corrupt(path, `line ${line.number} has ${cells.length} cells instead of ${width}`, cells.length);
    }
    for (let column = 0; column < width; column++) {
      const cell = cells[column];
      if (column === classColumn) {
        if (classesByWords && isNumeric(cell)) {
          const problem = `line ${line.number} has '${cell}' in column 1, which begins with a word`;
          throw corrupt(path, `${problem}; call the column 'class' if it holds classes`, cell);
        }
        classes.push(cell);
        continue;
      }
      const value = Number(cell);
      if (cell === '' || !Number.isFinite(value)) {
        throw corrupt(
          path,
          `line ${line.number} has '${cell}' in column ${column + 1}, no finite number`,
          cell,
        );
      }
      (column === countColumn ? counts : values).push(value);
    }
  }
  return tableOfRows(path, {
    rows: rows.length,
    dim: width - Number(classColumn >= 0) - Number(countColumn >= 0),
    values,
    classes: classColumn < 0 ? undefined : classes,
    counts: countColumn < 0 ? undefined : counts,
  });
}

/** Writes a header `class,count,x0,x1,...` and a line for each class. */
export function writeCsv({ prototypes, classNames }: ClassTable): string {
  const { dim, classes, counts, vectors } = prototypes;
  const header = ['class', 'count', ...Array.from({ length: dim }, (_, k) => `x${k}`)];
  const rows = Array.from(classes, (label, row) => [
    classNames === undefined ? label : csvCell(classNames[row]),
    counts[row],
    ...Array.from(vectors.subarray(row * dim, (row + 1) * dim), float32Text),
  ]);
  return `${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n`;
}
