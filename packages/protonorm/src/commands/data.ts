import { defineCommand } from 'citty';
import type { DownloadableDataset } from '@protonorm/datasets/node';
import { nearestName, ProtoNormError } from '@protonorm/tensor';
import { interruptSignal } from '../cli/interrupt.ts';
import { checkDataSet } from '../data/check-data-set.ts';
import { downloadWithProgress, mirrorSource } from '../data/download-with-progress.ts';
import { howToGet, knownDataSets, type KnownDataSet } from '../data/known-data-sets.ts';
import { countsText, dataSetList } from '../output/data-text.ts';

const args = {
  name: {
    type: 'positional',
    description: 'A data set to check or to download; without it, all are listed.',
    required: false,
  },
  'data-dir': { type: 'string', description: 'Folder of the official files.', valueHint: 'dir' },
  download: {
    type: 'boolean',
    default: false,
    description: 'Download the official files into --data-dir; goes on where it was interrupted.',
  },
  mirror: {
    type: 'string',
    description: 'URL of a folder that has the official files, instead of their official place.',
    valueHint: 'url',
  },
  json: { type: 'boolean', default: false, description: 'Print the result as JSON on standard output.' },
} as const;

/** `protonorm data`: which data sets there are; checks and downloads their files. */
export const data = defineCommand({
  meta: { name: 'data', description: 'List the data sets, check their files, or download them.' },
  args,
  async run({ args: flags }) {
    using interrupt = interruptSignal('Stopping; what has arrived is kept and will be continued.');
    const { signal } = interrupt;
    const { name, 'data-dir': dir, mirror } = flags;
    const print = (value: unknown, text: string): void => {
      process.stdout.write(flags.json ? `${JSON.stringify(value, null, 2)}\n` : text);
    };
    if (name === undefined) {
      if (flags.download || dir !== undefined || mirror !== undefined) {
        throw new ProtoNormError('invalid-argument', 'Which data set? No name was given.', {
          received: name,
          hint: `Known are ${knownDataSets.map((set) => set.name).join(', ')}.`,
        });
      }
      print(
        knownDataSets.map((set) => ({ ...set, get: howToGet(set) })),
        dataSetList(knownDataSets),
      );
      return;
    }
    const known = knownDataSet(name);
    if (mirror !== undefined && !flags.download) {
      throw new ProtoNormError('invalid-argument', '--mirror goes with --download only.', {
        received: mirror,
      });
    }
    if (flags.download && !known.bundled) {
      await download(known, { dir, mirror, signal });
    } else if (!known.bundled && dir === undefined) {
      print({ ...known, get: howToGet(known) }, dataSetList([known]));
      return;
    }
    const checked = await checkDataSet(known, { dir, signal });
    print(checked, countsText(checked));
  },
});

function knownDataSet(name: string): KnownDataSet {
  const found = knownDataSets.find((set) => set.name === name);
  if (found !== undefined) return found;
  const names = knownDataSets.map((set) => set.name);
  const near = nearestName(name, names);
  throw new ProtoNormError('unknown-dataset', `There is no data set '${name}'.`, {
    received: name,
    expected: names,
    hint: near === undefined ? `Known are ${names.join(', ')}.` : `Did you mean '${near}'?`,
  });
}

async function download(
  known: KnownDataSet,
  options: {
    readonly dir: string | undefined;
    readonly mirror: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { dir, mirror, signal } = options;
  if (dir === undefined) {
    throw new ProtoNormError('invalid-argument', `Where shall the files of '${known.name}' go?`, {
      received: dir,
      hint: 'Give a folder by --data-dir.',
    });
  }
  if (mirror !== undefined && !URL.canParse(mirror)) {
    throw new ProtoNormError('invalid-argument', `--mirror must be a URL, received '${mirror}'.`, {
      received: mirror,
    });
  }
  const name = known.name as DownloadableDataset;
  await downloadWithProgress(name, {
    dir,
    signal,
    output: process.stderr,
    ...(mirror !== undefined && { source: mirrorSource(name, mirror) }),
  });
}
