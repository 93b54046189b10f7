/**
 * Time of a training step on our backends, on tfjs and in PyTorch, in turns.
 *
 *     npm run bench:train -- [--models a,b] [--backends a,b] [--rounds n] [--json]
 *
 * README.md says what is measured and how. Exit code 1: a backend computes something else, broke down, or nothing could be
 * measured; 2: bad flags.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelSpec } from '@protonorm/tensor';
import { benchModel } from './bench-model.ts';
import { compareLosses } from './compare-losses.ts';
import { contenders, openLane, type Lane } from './contenders.ts';
import { readFlags, usage, type Flags } from './flags.ts';
import { race } from './race.ts';
import { writeCase } from './write-case.ts';
import { meanRatios, rowsOf, type Row } from './rows.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

let flags: Flags;
try {
  flags = readFlags(process.argv.slice(2));
} catch (error) {
  say(`${(error as Error).message}\n\n${usage}`);
  process.exit(2);
}

const skipped: string[] = [];
const errors: string[] = [];
const skip = (what: string, reason: string): void => {
  skipped.push(`${what}: ${reason.split('\n')[0]}`);
  say(`skipped ${skipped.at(-1)}`);
};

const lanes: Lane[] = [];
const rows: Row[] = [];
const loadBefore = loadavg()[0];
const folder = await mkdtemp(join(tmpdir(), 'protonorm-bench-train-'));
try {
  for (const contender of contenders.filter(({ name }) => flags.backends.includes(name))) {
    const lane = await openLane(contender);
    if (typeof lane === 'string') skip(contender.name, lane);
    else {
      lanes.push(lane);
      say(`${lane.name}: ${lane.description}`);
    }
  }
  if (lanes.length > 0) for (const name of flags.models) rows.push(...(await measure(name)));
} finally {
  for (const { process } of lanes) process.close();
  await rm(folder, { recursive: true });
}

async function measure(name: string): Promise<readonly Row[]> {
  let spec: ModelSpec;
  try {
    spec = benchModel(name);
  } catch (error) {
    skip(name, (error as Error).message);
    return [];
  }
  await writeCase(join(folder, name), spec);
  const entries = await race(join(folder, name), lanes, {
    rounds: flags.rounds,
    report: (text) => say(`${name}: ${text}`),
    dropped: (lane, reason, broken) => {
      if (broken) errors.push(`${name} on ${lane.name} broke down: ${reason}`);
      else skip(`${name} on ${lane.name}`, reason);
    },
  });
  if (entries.length === 0) return [];
  const comparisons = compareLosses(entries);
  for (const { backend, reference, differences, ok } of comparisons) {
    if (!ok)
      errors.push(
        `${name} on ${backend}: the losses of the first steps differ from ${reference}'s by ${differences.map((difference) => difference.toExponential(1)).join(', ')}`,
      );
  }
  return rowsOf(name, entries, comparisons);
}

const torch = lanes.find((lane) => lane.name === 'torch')?.description.match(/torch ([^,]+)/)?.[1] ?? null;
const machine = { node: process.version, torch, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
const load = [loadBefore, loadavg()[0]].map((value) => Number(value.toFixed(1)));
if (flags.json) {
  for (const row of rows) console.log(JSON.stringify({ ...row, ...machine, load }));
} else {
  console.log(
    `node ${machine.node}, torch ${torch ?? '-'}, ${machine.cpu}, ${machine.cores} cores, load ${load.join(' to ')}`,
  );
  console.table(
    rows.map(({ lossDifferences, ...row }) => ({ ...row, lossDifferences: lossDifferences.join(' ') })),
  );
  if (torch !== null) {
    console.log('\nGeometric mean of ratioToTorch:');
    console.table(meanRatios(rows));
  }
  for (const line of skipped) console.log(`skipped ${line}`);
}
if (rows.length === 0) errors.push('nothing was measured');
for (const error of errors) say(`error: ${error}`);
process.exitCode = errors.length > 0 ? 1 : 0;
