import { parseArgs } from 'node:util';
import { contenders } from './contenders.ts';
import type { Summary } from './summary.ts';

const help = `
npm run conformance -- [--json] [NAME...]

Runs the conformance suite of @protonorm/tensor/testkit on every backend of the house, or on those whose name begins with
one of NAME. What cannot run on this machine is skipped with the reason. Exit code 1 when a check fails.
`;

type Row = { readonly name: string } & (
  { readonly summary: Summary } | { readonly reason: string } | { readonly error: string }
);

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (values.help) {
  console.log(help.trim());
  process.exit(0);
}

const rows: Row[] = [];
for (const { name, run } of contenders) {
  if (positionals.length > 0 && !positionals.some((begin) => name.startsWith(begin))) continue;
  const row = await rowOf(name, run);
  rows.push(row);
  if (!values.json) print(row);
}
if (values.json) console.log(JSON.stringify(rows, undefined, 2));
const bad = rows.some((row) => 'error' in row || ('summary' in row && row.summary.failed.length > 0));
// Not process.exitCode: a GPU's driver threads would keep the process.
process.exit(bad ? 1 : 0);

async function rowOf(name: string, run: (typeof contenders)[number]['run']): Promise<Row> {
  try {
    const outcome = await run();
    return 'reason' in outcome ? { name, reason: outcome.reason } : { name, summary: outcome };
  } catch (error) {
    return { name, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function print(row: Row): void {
  const name = row.name.padEnd(24);
  if ('reason' in row) return console.log(`${name} skipped: ${row.reason}`);
  if ('error' in row) return console.log(`${name} FAILED: ${row.error}`);
  const { passed, failed, skipped, worst, seconds, description } = row.summary;
  const counts = `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
  console.log(
    `${name} ${counts}; worst error ${worst.toExponential(1)}, ${seconds.toFixed(1)} s; ${description}`,
  );
  for (const check of failed) console.log(`  FAILED ${check.name}: ${check.message}`);
  for (const check of skipped) console.log(`  skipped ${check.name}: ${check.reason}`);
}
