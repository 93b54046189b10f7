import { columns, otherNames, written, type Figures, type OtherFigures } from './figures.ts';
import type { Row } from './row.ts';

const figureNames = Object.keys(columns) as (keyof Figures)[];

/** The rows as README.md has them. */
export function markdownTable(rows: readonly Row[]): string {
  const head = ['goal', 'what', 'on', ...Object.values(columns), 'also', 'aim', 'met'];
  const lines = [head, ...rows.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = text(widths.map((width) => '-'.repeat(width)));
  return [text(lines[0]), rule, ...lines.slice(1).map(text)].join('\n');
}

function cellsOf(row: Row): string[] {
  const figures = figureNames.map((name) => (row[name] === undefined ? '' : written(name, row[name])));
  const met = row.met === null ? '' : row.met ? 'yes' : 'NO';
  return [String(row.goal), row.name, row.on, ...figures, alsoOf(row), row.aim, met];
}

/** The figures without a column that the aim asks for, and the note. */
function alsoOf(row: Row): string {
  const asked = (Object.keys(otherNames) as (keyof OtherFigures)[]).filter(
    (name) => row[name] !== undefined && row.aim.includes(otherNames[name]),
  );
  const texts = asked.map((name) => `${otherNames[name]} ${written(name, row[name]!)}`);
  return [...texts, row.note].filter((text) => text !== '').join('; ');
}
