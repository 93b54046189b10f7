/**
 * Every goal of the alignment: what was measured, what was asked for, beside the released algorithm in PyTorch.
 *
 *     npm run bench:alignment -- [--only 1,3] [--quick] [--json]
 *
 * README.md says what is measured and how. Exit code 1: a measurement broke down (a goal that is missed is a result); 2: bad
 * flags.
 */
import { cpus, loadavg } from 'node:os';
import { readFlags, usage, type Flags } from './flags.ts';
import { allGoals } from './goals/all-goals.ts';
import { markdownTable } from './markdown-table.ts';
import type { Row } from './row.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

let flags: Flags;
try {
  flags = readFlags(process.argv.slice(2));
} catch (error) {
  say(`${(error as Error).message}\n\n${usage}`);
  process.exit(2);
}

const { only, quick, json } = flags;
const torchPython = process.env.TORCH_PYTHON;
const start = performance.now();
const loadBefore = loadavg()[0];
const rows: Row[] = [];
const leftOut: string[] = [];
let broken = false;
for (const measurement of allGoals.filter(({ goal }) => only.includes(goal))) {
  const { goal, name, long, torch } = measurement;
  if ((quick && long) || (torch && torchPython === undefined)) {
    leftOut.push(`goal ${goal}, ${name}: ${quick && long ? '--quick' : 'TORCH_PYTHON is not set'}`);
    continue;
  }
  const began = performance.now();
  try {
    rows.push(...measurement.measure({ quick, torchPython }));
    say(`goal ${goal}: ${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  } catch (error) {
    say(`error: ${(error as Error).message}`);
    broken = true;
  }
}

const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
const load = [loadBefore, loadavg()[0]].map((value) => Number(value.toFixed(1)));
if (json) {
  for (const row of rows) console.log(JSON.stringify({ ...row, ...machine, load }));
  for (const line of leftOut) say(`left out: ${line}`);
} else {
  const minutes = ((performance.now() - start) / 60_000).toFixed(1);
  console.log(
    `node ${machine.node}, ${machine.cpu}, ${machine.cores} cores, load ${load.join(' to ')}, ${minutes} minutes\n`,
  );
  console.log(`${markdownTable(rows)}\n`);
  for (const line of leftOut) console.log(`left out: ${line}`);
  const judged = rows.filter(({ met }) => met !== null);
  console.log(`${judged.filter(({ met }) => met).length} of ${judged.length} rows with an aim meet it.`);
}
process.exitCode = broken ? 1 : 0;
