/**
 * Time of a training step of the planned engine in a Web Worker of headless Chromium beside Node's, in turns, and the size of
 * what a browser loads.
 *
 *     npm run bench:browser -- [--models a,b] [--rounds n] [--json]
 *     npm run bench:browser -- --size [--built] [--json]
 *
 * Exit code 1: Chromium is missing, something broke down, or the browser computes other bits than Node; 2: bad flags.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelBuilds, type KernelBuild } from '@protonorm/wasm-kernels';
import { chromiumMissing } from '../../tools/browser/chromium.ts';
import { benchModel } from '../training/bench-model.ts';
import { startNode, type StepProcess } from '../training/child-process.ts';
import type { Lane } from '../training/contenders.ts';
import { race, type LaneSteps } from '../training/race.ts';
import { writeCase } from '../training/write-case.ts';
import { openChromium } from './chromium-session.ts';
import { engineFiles } from './engine-size.ts';
import { readFlags, usage, type Flags } from './flags.ts';

/** Least times of a step of one model on one build. */
interface Row {
  readonly model: string;
  readonly build: KernelBuild;
  readonly nodeMsMin: number;
  readonly chromiumMsMin: number;
  /** Chromium's by Node's. */
  readonly ratio: number;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

let flags: Flags;
try {
  flags = readFlags(process.argv.slice(2));
} catch (error) {
  say(`${(error as Error).message}\n\n${usage}`);
  process.exit(2);
}

if (flags.size) await printSizes();
else {
  const missing = chromiumMissing();
  const errors = missing === undefined ? await printTimes() : [`no Chromium: ${missing}`];
  for (const error of errors) say(`error: ${error}`);
  process.exitCode = errors.length > 0 ? 1 : 0;
}

async function printSizes(): Promise<void> {
  const files = await engineFiles({ conditions: flags.built ? [] : ['@protonorm/source'] });
  if (flags.json) for (const file of files) console.log(JSON.stringify(file));
  else {
    console.table(files);
    const [engine, ...kernels] = files;
    for (const { name, gzipBytes } of kernels) {
      console.log(`engine + ${name}: ${((engine.gzipBytes + gzipBytes) / 1000).toFixed(1)} kB with gzip`);
    }
  }
}

/** Returns what went wrong. */
async function printTimes(): Promise<readonly string[]> {
  const errors: string[] = [];
  const rows: Row[] = [];
  const loadBefore = loadavg()[0];
  const folder = await mkdtemp(join(tmpdir(), 'protonorm-bench-browser-'));
  await using chromium = await openChromium();
  const lanes: Lane[] = [];
  try {
    for (const build of kernelBuilds) {
      lanes.push(await openLane(`node ${build}`, startNode(), build));
      lanes.push(await openLane(`chromium ${build}`, await chromium.startWorker(), build));
    }
    for (const model of flags.models) {
      await writeCase(join(folder, model), benchModel(model));
      const entries = await race(join(folder, model), lanes, {
        rounds: flags.rounds,
        report: (text) => say(`${model}: ${text}`),
        dropped: (lane, reason) => errors.push(`${model} on ${lane.name}: ${reason}`),
      });
      for (const build of kernelBuilds) {
        const node = entries.find(({ lane }) => lane.name === `node ${build}`);
        const browser = entries.find(({ lane }) => lane.name === `chromium ${build}`);
        if (node === undefined || browser === undefined) continue;
        const difference = firstDifference(node, browser);
        if (difference !== undefined) errors.push(`${model} on ${build}: ${difference}`);
        const row = rowOf(model, build, { node, browser });
        rows.push(row);
        if (flags.json) console.log(JSON.stringify(row));
      }
    }
  } finally {
    for (const { process } of lanes) process.close();
    await rm(folder, { recursive: true });
  }
  const load = [loadBefore, loadavg()[0]].map((value) => value.toFixed(1)).join(' to ');
  say(
    `node ${process.version}, ${chromium.description}, ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, load ${load}`,
  );
  if (!flags.json) {
    console.table(rows);
    await printSizes();
  }
  return errors;
}

async function openLane(name: string, process: StepProcess, build: KernelBuild): Promise<Lane> {
  const { description } = await process.ask({
    command: 'open',
    module: '@protonorm/backend-wasm',
    argument: { build },
  });
  say(`${name}: ${description}`);
  return { name, process, description: description! };
}

/** Of the losses of the first steps, which train the same net on the same batch. */
function firstDifference(node: LaneSteps, browser: LaneSteps): string | undefined {
  const step = node.first.findIndex(({ loss }, i) => !Object.is(loss, browser.first[i].loss));
  if (step < 0) return undefined;
  return `the loss of step ${step} is ${node.first[step].loss} in Node, ${browser.first[step].loss} in Chromium`;
}

function rowOf(
  model: string,
  build: KernelBuild,
  { node, browser }: { readonly node: LaneSteps; readonly browser: LaneSteps },
): Row {
  const least = ({ timed }: LaneSteps): number => Math.min(...timed.map(({ ms }) => ms));
  const [nodeMs, chromiumMs] = [least(node), least(browser)];
  return {
    model,
    build,
    nodeMsMin: Number(nodeMs.toFixed(3)),
    chromiumMsMin: Number(chromiumMs.toFixed(3)),
    ratio: Number((chromiumMs / nodeMs).toFixed(4)),
  };
}
