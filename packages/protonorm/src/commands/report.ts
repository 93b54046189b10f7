import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { defineCommand } from 'citty';
import { ProtoNormError } from '@protonorm/tensor';
import { writeReport } from '../run/report-input.ts';

const args = {
  folder: {
    type: 'positional',
    description: 'A run folder, or a folder of several (a comparison).',
    required: true,
  },
  out: {
    type: 'string',
    description: 'File of the report; default <folder>/report.html.',
    valueHint: 'file',
  },
  title: { type: 'string', description: 'Title of the report.', valueHint: 'text' },
} as const;

/** `protonorm report`: the HTML report of run folders, also of unfinished ones. */
export const report = defineCommand({
  meta: { name: 'report', description: 'Write the HTML report of a run or of a comparison.' },
  args,
  async run({ args: flags }) {
    const folders = await runFolders(flags.folder);
    const file = await writeReport(folders, {
      file: flags.out ?? join(flags.folder, 'report.html'),
      title: flags.title ?? basename(resolve(flags.folder)),
    });
    process.stdout.write(`report  ${file}\n`);
  },
});

async function runFolders(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  if (names.includes('manifest.json')) return [folder];
  const inner: string[] = [];
  for (const name of names) {
    const files = await readdir(join(folder, name)).catch(() => [] as string[]);
    if (files.includes('manifest.json')) inner.push(join(folder, name));
  }
  if (inner.length > 0) return inner.sort();
  throw new ProtoNormError('invalid-run', `${folder} holds no run.`, {
    received: folder,
    hint: 'Give a folder that `protonorm run` or `compare` wrote; of a comparison over cases, that of one case.',
  });
}
