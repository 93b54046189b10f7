import { dirname, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { defineCommand } from 'citty';
import { ProtoNormError } from '@protonorm/tensor';
import { alignInWorker } from '../align/align-in-worker.ts';
import type { AlignSettings } from '../align/align-task.ts';
import { integerFlag, numberFlag } from '../cli/flag-values.ts';
import { interruptSignal } from '../cli/interrupt.ts';
import { alignmentJson, alignmentText } from '../output/alignment-text.ts';
import { createPassProgress } from '../output/pass-progress.ts';
import {
  checkPrototypePath,
  readPrototypeFile,
  writePrototypeFile,
} from '../prototype-files/prototype-file.ts';

const args = {
  file: {
    type: 'positional',
    description: 'Prototypes as .npy, .json, .csv or .safetensors; a row for each class.',
    required: true,
  },
  out: {
    type: 'string',
    description: 'File of the aligned prototypes, in any of these formats; without it, nothing is written.',
    valueHint: 'file',
  },
  table: {
    type: 'string',
    description: 'Which table of a .safetensors file, such as aggregated.',
    valueHint: 'name',
  },
  method: {
    type: 'string',
    description: "'reference' (the released iteration; default) or 'simplex' (closed form, C <= d + 1).",
    valueHint: 'name',
  },
  iterations: { type: 'string', description: 'reference: most passes (500).', valueHint: 'n' },
  'learning-rate': { type: 'string', description: 'reference: step along the force (0.1).', valueHint: 'x' },
  momentum: { type: 'string', description: 'reference: share of the velocity kept (0.9).', valueHint: 'x' },
  decay: { type: 'string', description: 'reference: factor on the learning rate (0.95).', valueHint: 'x' },
  'decay-every': {
    type: 'string',
    description: 'reference: passes between two decays (10).',
    valueHint: 'n',
  },
  'early-stop': {
    type: 'string',
    description: "reference: index of the first pass that is watched (10), or 'never'.",
    valueHint: 'n',
  },
  fill: {
    type: 'string',
    description: "A prototype of norm 0: 'error' (default), or 'seeded' for a random direction.",
    valueHint: 'kind',
  },
  seed: { type: 'string', description: 'Seed of directions that the input leaves open (0).', valueHint: 'n' },
  json: { type: 'boolean', default: false, description: 'Print the figures as JSON on standard output.' },
} as const;

/** `protonorm align`: spreads the prototypes of a file over the unit sphere. */
export const align = defineCommand({
  meta: { name: 'align', description: 'Align the prototypes of a file, and say how far apart they are.' },
  args,
  async run({ args: flags }) {
    using interrupt = interruptSignal('Stopping; nothing has been written.');
    const now = Date.now; // eslint-disable-line no-restricted-properties -- the one clock of the command line
    const settings: AlignSettings = {
      method: flags.method as AlignSettings['method'],
      iterations: integerFlag('iterations', flags.iterations, { min: 0 }),
      learningRate: numberFlag('learning-rate', flags['learning-rate']),
      momentum: numberFlag('momentum', flags.momentum),
      decay: numberFlag('decay', flags.decay),
      decayEvery: integerFlag('decay-every', flags['decay-every'], { min: 1 }),
      earlyStop:
        flags['early-stop'] === 'never' ? false : integerFlag('early-stop', flags['early-stop'], { min: 0 }),
      fill: flags.fill as AlignSettings['fill'],
    };
    const seed = integerFlag('seed', flags.seed, { min: 0 }) ?? 0;
    if (flags.out !== undefined) await checkTarget(flags.file, checkPrototypePath(flags.out));
    const { name, prototypes } = await readPrototypeFile(flags.file, { table: flags.table });
    process.stderr.write(`${prototypes.classes.length} prototypes of dimension ${prototypes.dim}\n`);
    const progress = createPassProgress(process.stderr, { passes: settings.iterations ?? 500, now });
    const { result, before } = await alignInWorker(
      { prototypes, settings, seed },
      { signal: interrupt.signal, onPass: progress.onPass },
    ).finally(progress.done);
    if (flags.out !== undefined) await writePrototypeFile(flags.out, { name, prototypes: result.prototypes });
    const report = { before, result, out: flags.out };
    process.stdout.write(
      flags.json ? `${JSON.stringify(alignmentJson(report), null, 2)}\n` : alignmentText(report),
    );
  },
});

/** @throws `invalid-argument` when nothing could be written there, before the work is done */
async function checkTarget(input: string, out: string): Promise<void> {
  if (resolve(input) === resolve(out)) {
    throw new ProtoNormError('invalid-argument', `--out ${out} is the file that is read.`, {
      received: out,
      hint: 'Give another name: the input is kept.',
    });
  }
  const folder = dirname(resolve(out));
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new ProtoNormError('invalid-argument', `--out ${out}: there is no folder ${folder}.`, {
      received: out,
      hint: 'Make it, or give another place.',
    });
  }
}
