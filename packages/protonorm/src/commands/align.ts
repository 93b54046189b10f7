import { defineCommand } from 'citty';
import { alignInWorker } from '../align/align-in-worker.ts';
import { checkTarget } from '../align/check-target.ts';
import { alignFlags, alignSettingsOf, productsOf } from '../cli/align-flags.ts';
import { integerFlag, positiveFlag } from '../cli/flag-values.ts';
import { interruptSignal } from '../cli/interrupt.ts';
import { alignmentJson, alignmentText } from '../output/alignment-text.ts';
import { createPassProgress } from '../output/pass-progress.ts';
import { writeWholeFile } from '../output/write-whole-file.ts';

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
  force: { type: 'boolean', default: false, description: 'Replace the file of --out if there is one.' },
  table: {
    type: 'string',
    description: 'Which table of a .safetensors file, such as aggregated.',
    valueHint: 'name',
  },
  ...alignFlags,
  scale: { type: 'string', description: 'Length of the rows in the file of --out (1).', valueHint: 's' },
  seed: { type: 'string', description: 'Seed of directions that the input leaves open (0).', valueHint: 'n' },
  json: { type: 'boolean', default: false, description: 'Print the figures as JSON on standard output.' },
} as const;

/** `protonorm align`: spreads the prototypes of a file over the unit sphere. */
export const align = defineCommand({
  meta: { name: 'align', description: 'Align the prototypes of a file, and say how far apart they are.' },
  args,
  async run({ args: flags }) {
    using interrupt = interruptSignal('Stopping; nothing has been written.');
    const { signal } = interrupt;
    const now = Date.now; // eslint-disable-line no-restricted-properties -- the one clock of the command line
    const { file: input, out, table, force } = flags;
    const settings = alignSettingsOf(flags);
    const products = productsOf(flags);
    const seed = integerFlag('seed', flags.seed, { min: 0 }) ?? 0;
    const scale = positiveFlag('scale', flags.scale) ?? 1;
    if (out !== undefined) await checkTarget(out, { input, force });
    const progress = createPassProgress(process.stderr, { now });
    const ticking = setInterval(progress.tick, 1000);
    const { alignment, file } = await alignInWorker(
      { input, table, out, settings, products, seed, scale },
      {
        signal,
        onSize: ({ classes, dim }) => process.stderr.write(`${classes} prototypes of dimension ${dim}\n`),
        onPass: progress.onPass,
      },
    ).finally(() => {
      clearInterval(ticking);
      progress.done();
    });
    if (out !== undefined && file !== undefined) {
      await checkTarget(out, { input, force }); // a long time has passed
      await writeWholeFile(out, file.bytes, { signal });
    }
    const report = { ...alignment, scale, out, notKept: file?.notKept ?? [] };
    process.stdout.write(
      flags.json ? `${JSON.stringify(alignmentJson(report), null, 2)}\n` : alignmentText(report),
    );
  },
});
