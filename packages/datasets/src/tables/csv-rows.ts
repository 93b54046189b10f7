/** A row of a table with the line it begins in, from 1. */
export interface CsvRow {
  readonly line: number;
  /** Without the spaces around them, unless they are quoted. */
  readonly cells: readonly string[];
}

/**
 * The rows of comma-separated values; a cell in double quotes may hold delimiters, line ends and doubled quotes. Empty
 * lines are no rows.
 *
 * Source: RFC 4180.
 *
 * @param delimiter - one character
 * @returns undefined for `cells` of a row with a quote that is not closed, or not at the ends of its cell; it is the last
 */
export function* csvRows(
  text: string,
  delimiter: string,
): Generator<CsvRow | { readonly line: number; readonly cells: undefined }> {
  const sign = delimiter.replace(/[\\\]^$.*+?()[{}|-]/, String.raw`\$&`);
  const cell = new RegExp(
    String.raw`[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^"${sign}\r\n]*))(${sign}|\r\n|\n|\r|$)`,
    'y',
  );
  // A byte order mark is no part of the first name.
  cell.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (cell.lastIndex < text.length) {
    const begin = line;
    const cells: string[] = [];
    let end: string;
    do {
      const found = cell.exec(text);
      if (found === null) {
        yield { line: begin, cells: undefined };
        return;
      }
      const [, quoted, plain] = found;
      end = found[3];
      if (quoted !== undefined) line += quoted.split(/\r\n|\n|\r/).length - 1;
      cells.push(quoted?.replaceAll('""', '"') ?? plain.trim());
    } while (end === delimiter);
    line++;
    if (!(cells.length === 1 && cells[0] === '')) yield { line: begin, cells };
  }
}
