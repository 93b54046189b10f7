import { basename, dirname } from 'node:path';

import type { TextFile } from '../text/text-file.ts';
import { readDataFile } from './read-data-file.ts';

/**
 * Reads files of UTF-8 text; those whose names end in .gz are unpacked, and `x.gz` is taken where `x` is not there.
 *
 * @throws `data-not-found` with what was looked for, `data-corrupt` for a damaged .gz
 */
export async function readTextFiles(
  files: string | readonly string[],
  { hint, signal }: { readonly hint: string; readonly signal: AbortSignal | undefined },
): Promise<readonly TextFile[]> {
  const texts: TextFile[] = [];
  for (const file of [files].flat()) {
    const name = basename(file);
    const names = name.endsWith('.gz') ? [name] : [name, `${name}.gz`];
    const bytes = await readDataFile({ dir: dirname(file), folders: ['.'], names, hint, signal });
    texts.push({ name, text: new TextDecoder().decode(bytes) });
  }
  return texts;
}
