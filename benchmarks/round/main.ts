/**
 * Time of a whole simulated round of ProtoNorm on 2,000 CIFAR-10 images and ten clients.
 *
 *     npm run bench:round -- [--models cnn,Ht0] [--workers 1,2] [--rounds n] [--backend name] [--json]
 *
 * README.md says what is measured and how. Exit code 1: a run failed; 2: bad flags.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFlags, usage, type Flags } from './flags.ts';
import type { RunFigures, RunRequest } from './measure-run.ts';
import { writeSyntheticImages } from './synthetic-images.ts';

interface Row {
  readonly models: string;
  readonly workers: number;
  readonly backend: string;
  /** Medians over the timed rounds. */
  readonly roundMs: number;
  readonly roundCpuMs: number;
  /** Wall time with one worker by that with these; null without a run with one. */
  readonly speedUp: number | null;
  /** Median share of the wall time that was kernels. */
  readonly kernelShare: number;
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
  for (const models of flags.models) await measure(models, dataFile);
} finally {
  await rm(temporary, { recursive: true });
}

async function measure(models: string, dataFile: string): Promise<void> {
  let oneWorker: number | undefined;
  for (const workers of flags.workers) {
    say(`${models}, ${workers} worker${workers === 1 ? '' : 's'}`);
    const { rounds, backend, partition } = flags;
    const figures = runInProcess({
      models,
      workers,
      rounds,
      backend,
      dataFile,
      ...(partition !== undefined && { partition }),
      folder: await mkdtemp(join(temporary, 'run-')),
    });
    if (figures === undefined) {
      failed = true;
      continue;
    }
    const roundMs = median(figures.rounds.map(({ ms }) => ms));
    if (workers === 1) oneWorker = roundMs;
    rows.push({
      models,
      workers,
      backend: figures.backend,
      roundMs: Math.round(roundMs),
      roundCpuMs: Math.round(median(figures.rounds.map(({ cpuMs }) => cpuMs))),
      speedUp: oneWorker === undefined ? null : Number((oneWorker / roundMs).toFixed(2)),
      kernelShare: Number(median(figures.rounds.map(({ kernelShare }) => kernelShare)).toFixed(3)),
      rounds: figures.rounds.length,
      referenceCpuMs: (note === undefined && referenceCpuMs[models]) || null,
    });
  }
}

function runInProcess(request: RunRequest): RunFigures | undefined {
  const script = fileURLToPath(new URL('measure-run.ts', import.meta.url));
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--conditions=@protonorm/source', script, JSON.stringify(request)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1)!) as RunFigures;
  say(`error: ${request.models} with ${request.workers} workers ended with exit code ${status}`);
  return undefined;
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
    rows.map(({ referenceCpuMs, ...row }) => ({
      ...row,
      'reference cpu ms (other run, see README)': referenceCpuMs ?? '-',
    })),
  );
}
process.exitCode = failed ? 1 : 0;
