import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ProtoNormError } from '@protonorm/tensor';
import { checkPrototypePath } from '../prototype-files/prototype-file.ts';

/**
 * Checks that the result may be written there: before the work is done, and once more behind it.
 *
 * @param out - path of the result
 * @param options.input - path of the prototypes, which is never overwritten
 * @param options.force - another existing file may be replaced
 * @throws `invalid-argument`; the error of the system for a folder that may not be written to
 */
export async function checkTarget(
  out: string,
  { input, force }: { readonly input: string; readonly force: boolean },
): Promise<void> {
  checkPrototypePath(out);
  const folder = dirname(resolve(out));
  const [inFolder, found, read] = await Promise.all([folder, out, input].map(statusOf));
  if (inFolder?.isDirectory() !== true)
    throw refusal(out, `there is no folder ${folder}`, 'Make it, or give another place.');
  // By their identity: a link is the same file under another name.
  if (found !== undefined && found.ino === read?.ino && found.dev === read.dev)
    throw refusal(out, 'this is the file that is read', 'Give another name: the input is kept.');
  if (found?.isDirectory() === true) throw refusal(out, 'this is a folder', 'Give the name of a file.');
  if (found !== undefined && !force)
    throw refusal(out, 'there is such a file already', 'Give another name, or replace it by --force.');
  await access(folder, constants.W_OK);
}

function statusOf(path: string) {
  // In 64 bits: inode numbers of some systems are larger than a double can tell apart.
  return stat(path, { bigint: true }).catch(() => undefined);
}

function refusal(out: string, problem: string, hint: string): ProtoNormError {
  return new ProtoNormError('invalid-argument', `--out ${out}: ${problem}.`, { received: out, hint });
}
