/**
 * The cells of a line of comma-separated values, without the spaces around them; a cell in double quotes may hold commas,
 * spaces and doubled quotes.
 *
 * Source: RFC 4180, apart from cells of several lines.
 *
 * @returns undefined for a quote that is not closed, or not at the ends of its cell
 */
export function csvCells(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim());
  const cells: string[] = [];
  const cell = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y;
  for (;;) {
    const found = cell.exec(line);
    if (found === null) return undefined;
    const [, quoted, plain, end] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? plain.trim());
    if (end === '') return cells;
  }
}

/** One cell as {@link csvCells} reads it. */
export function csvCell(text: string): string {
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
