import type { Catalogue } from '../doctor/catalogue.ts';
import type { Check } from '../doctor/checks.ts';
import { textTable } from './text-table.ts';

/** The checks as a table with the ways out, then what can be named. */
export function doctorText(checks: readonly Check[], names: Catalogue): string {
  const failed = checks.filter(({ status }) => status === 'not ok');
  const lists = Object.entries(names).map(([title, entries]) => {
    const width = Math.max(...Object.keys(entries).map((name) => name.length));
    const lines = Object.entries(entries).map(([name, what]) => `  ${name.padEnd(width)}  ${what}`);
    return `${title}\n${lines.join('\n')}\n`;
  });
  return [
    textTable(
      ['check', 'status', 'found'],
      checks.map(({ name, status, found }) => [name, status, found]),
    ),
    '',
    ...failed.map(({ name, remedy }) => `${name}: ${remedy ?? 'no way out is known'}`),
    failed.length === 0 ? 'Everything that is needed works.' : `${failed.length} not ok.`,
    '',
    ...lists,
  ].join('\n');
}
