/**
 * Time of a whole simulated round of ProtoNorm on 2,000 CIFAR-10 images and ten clients.
 *
 *     npm run bench:round -- [--models cnn,Ht0] [--workers 1,2] [--rounds n] [--turns n] [--backend name] [--json]
 *
 * README.md says what is measured and how. Exit code 1: a run failed; 2: bad flags.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildRun } from './child-run.ts';
import { readFlags, usage, type Flags } from './flags.ts';
import type { Turn } from './protocol.ts';
import { writeSyntheticImages } from './synthetic-images.ts';

interface Row {
  readonly models: string;
  readonly workers: number;
  readonly backend: string;
  /** Medians over all timed rounds. */
  readonly roundMs: number;
  readonly roundCpuMs: number;
  /** The fastest of them. */
  readonly bestMs: number;
  /** Wall time with one worker by that with these, median over the turns; null without a run with one. */
  readonly speedUp: number | null;
  /** The same of each turn. */
  readonly speedUps: readonly number[];
  /** Median share of the wall time that was kernels. */
  readonly kernelShare: number;
  /** Timed rounds. */
  readonly rounds: number;
  /** Processor time a round of the released Python code on CIFAR-2k, from another run; null where there is none. */
  readonly referenceCpuMs: number | null;
}

/** 61 CPU s for 20 rounds; see README.md. */
const referenceCpuMs: Readonly<Record<string, number>> = { cnn: 3050, HmCNN: 3050 };

const say = (text: string): void => void process.stderr.write(`${text}\n`);

let flags: Flags;
try {
  flags = readFlags(process.argv.slice(2));
} catch (error) {
  say(`${(error as Error).message}\n\n${usage}`);
  process.exit(2);
}

const rows: Row[] = [];
let failed = false;
const loadBefore = loadavg()[0];
const temporary = await mkdtemp(join(tmpdir(), 'protonorm-bench-round-'));
const note =
  flags.dataFile === undefined
    ? 'Synthetic images (noise): --data-file names none, and shared/golden is not beside this checkout.'
    : undefined;
if (note !== undefined) say(note);
try {
  const dataFile = flags.dataFile ?? (await writeSyntheticImages(temporary));
  for (const models of flags.models) {
    try {
      addRows(models, await race(models, dataFile));
    } catch (error) {
      say(`error: ${(error as Error).message}`);
      failed = true;
    }
  }
} finally {
  await rm(temporary, { recursive: true });
}

/** Runs the same federation with each number of workers, by turns; gives the turns of each. */
async function race(models: string, dataFile: string): Promise<ReadonlyMap<number, readonly Turn[]>> {
  const { rounds, turns, backend, partition } = flags;
  using runs = new DisposableStack();
  const entrants: { readonly workers: number; readonly run: ChildRun; readonly turns: Turn[] }[] = [];
  for (const workers of flags.workers) {
    say(`${models}, ${workers} worker${workers === 1 ? '' : 's'}: first round`);
    const folder = await mkdtemp(join(temporary, 'run-'));
    const run = await ChildRun.start({
      models,
      workers,
      rounds,
      turns,
      backend,
      dataFile,
      ...(partition !== undefined && { partition }),
      folder,
    });
    entrants.push({ workers, run: runs.use(run), turns: [] });
  }
  for (let turn = 1; turn <= turns; turn++) {
    for (const { workers, run, turns: done } of entrants) {
      done.push(await run.turn({ last: turn === turns }));
      const times = done.at(-1)!.rounds.map(({ ms }) => Math.round(ms));
      say(
        `${models}, ${workers} worker${workers === 1 ? '' : 's'}, turn ${turn} of ${turns}: ${times.join(', ')} ms`,
      );
    }
  }
  return new Map(entrants.map((entrant) => [entrant.workers, entrant.turns]));
}

function addRows(models: string, race: ReadonlyMap<number, readonly Turn[]>): void {
  const alone = race.get(1)?.map(msOf);
  for (const [workers, turns] of race) {
    const rounds = turns.flatMap((turn) => turn.rounds);
    const speedUps = turns.flatMap((turn, i) => (alone === undefined ? [] : [alone[i] / msOf(turn)]));
    rows.push({
      models,
      workers,
      backend: turns[0].backend,
      roundMs: Math.round(median(rounds.map(({ ms }) => ms))),
      roundCpuMs: Math.round(median(rounds.map(({ cpuMs }) => cpuMs))),
      bestMs: Math.round(Math.min(...rounds.map(({ ms }) => ms))),
      speedUp: speedUps.length === 0 ? null : Number(median(speedUps).toFixed(2)),
      speedUps: speedUps.map((value) => Number(value.toFixed(2))),
      kernelShare: Number(median(rounds.map(({ kernelShare }) => kernelShare)).toFixed(3)),
      rounds: rounds.length,
      referenceCpuMs: (note === undefined && referenceCpuMs[models]) || null,
    });
  }
}

/** The time of a round of a turn. */
function msOf({ rounds }: Turn): number {
  return median(rounds.map(({ ms }) => ms));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
const load = [loadBefore, loadavg()[0]].map((value) => Number(value.toFixed(1)));
if (flags.json) {
  const images = note === undefined ? 'cifar2k' : 'synthetic';
  for (const row of rows) console.log(JSON.stringify({ ...row, images, ...machine, load }));
} else {
  console.log(
    `node ${machine.node}, ${machine.cpu}, ${machine.cores} cores, load ${load.join(' to ')}${note ? `\n${note}` : ''}`,
  );
  console.table(
    rows.map(({ referenceCpuMs, speedUps, ...row }) => ({
      ...row,
      'speed-ups by turn': speedUps.join(' '),
      'reference cpu ms (other run, see README)': referenceCpuMs ?? '-',
    })),
  );
}
process.exitCode = failed ? 1 : 0;
