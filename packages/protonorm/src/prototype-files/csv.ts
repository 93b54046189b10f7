import type { Prototypes } from '@protonorm/tensor';
import { corrupt, float32Text, tableOfRows } from './class-table.ts';

/**
 * Reads rows of numbers separated by commas, one class a line. A first line that is no row of numbers names the columns:
 * `class` and `count` are what they say, all others are the vector.
 *
 * @throws `data-corrupt` with the line
 */
export function readCsv(bytes: Uint8Array, path: string): Prototypes {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw corrupt(path, 'it is no text in UTF-8');
  }
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ number: i + 1, cells: line.split(',').map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.length > 1 || cells[0] !== '');
  if (lines.length === 0) throw corrupt(path, 'it is empty');
  const hasHeader = lines[0].cells.some((cell) => !isNumber(cell));
  const header = hasHeader ? lines.shift()!.cells.map((cell) => cell.replaceAll('"', '').toLowerCase()) : [];
  const special = { class: header.indexOf('class'), count: header.indexOf('count') };
  const width = hasHeader ? header.length : lines[0].cells.length;
  const values: number[] = [];
  const classes: number[] = [];
  const counts: number[] = [];
  for (const { number, cells } of lines) {
    if (cells.length !== width) {
      throw corrupt(path, `line ${number} has ${cells.length} cells instead of ${width}`, cells.length);
    }
    cells.forEach((cell, column) => {
      if (!isNumber(cell)) throw corrupt(path, `line ${number} has '${cell}' in column ${column + 1}`, cell);
      const target = column === special.class ? classes : column === special.count ? counts : values;
      target.push(Number(cell));
    });
  }
  return tableOfRows(path, {
    dim: width - Number(special.class >= 0) - Number(special.count >= 0),
    values,
    classes: special.class < 0 ? undefined : classes,
    counts: special.count < 0 ? undefined : counts,
  });
}

function isNumber(cell: string): boolean {
  return cell !== '' && Number.isFinite(Number(cell));
}

/** Writes a header `class,count,x0,x1,...` and a line for each class. */
export function writeCsv({ dim, classes, counts, vectors }: Prototypes): string {
  const header = ['class', 'count', ...Array.from({ length: dim }, (_, k) => `x${k}`)];
  const rows = Array.from(classes, (label, row) => [
    label,
    counts[row],
    ...Array.from(vectors.subarray(row * dim, (row + 1) * dim), float32Text),
  ]);
  return `${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n`;
}
