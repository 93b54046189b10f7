/** Which column of a file is what; the others are the vector. */
export interface CsvColumns {
  /** The first line names the columns. */
  readonly hasHeader: boolean;
  /** Column of the classes; -1 if there is none. */
  readonly classColumn: number;
  /** The classes are known by their being no numbers, not by a heading. */
  readonly classesByWords: boolean;
  /** Column of the sample counts; -1 if there is none. */
  readonly countColumn: number;
}

/** Headings of a first column of classes; pandas leaves that of its index empty. */
const FIRST_HEADINGS: ReadonlySet<string> = new Set(['class', 'label', 'name', 'index', '']);

/**
 * Finds the columns of a file by its first two lines.
 *
 * A header is a line without any number, or one that numbers the columns behind a heading of classes, as pandas does.
 * NaN and Infinity count as numbers here: a line of values must be refused, not taken for a header and passed over.
 *
 * @param first - cells of the first line
 * @param second - cells of the second line, if there is one
 */
export function csvColumns(first: readonly string[], second: readonly string[] | undefined): CsvColumns {
  const headings = first.map((cell) => cell.toLowerCase());
  const firstIsClasses = FIRST_HEADINGS.has(headings[0]);
  const numbered = headings.length > 1 && headings.slice(1).every((heading, k) => heading === String(k));
  const hasHeader = !first.some(isNumeric) || (firstIsClasses && numbered);
  const countColumn = hasHeader ? headings.indexOf('count') : -1;
  const named = hasHeader ? headings.indexOf('class') : -1;
  const classColumn = named < 0 && hasHeader && firstIsClasses ? 0 : named;
  const row = hasHeader ? second : first;
  const classesByWords =
    classColumn < 0 && countColumn !== 0 && row !== undefined && !isNumeric(row[0]) && row[0] !== '';
  return { hasHeader, classColumn: classesByWords ? 0 : classColumn, classesByWords, countColumn };
}

/** Tells whether a cell is meant as a number, be it finite or not. */
export function isNumeric(cell: string): boolean {
  return cell !== '' && (!Number.isNaN(Number(cell)) || /^[+-]?(nan|inf|infinity)$/i.test(cell));
}
