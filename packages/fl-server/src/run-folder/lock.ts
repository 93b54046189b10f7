import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProtoNormError } from '@protonorm/tensor';

/**
 * Claims a run folder for this process, so that two processes never write to one run. The claim of a process that is no
 * longer alive (killed) is taken over.
 *
 * @returns the release
 * @throws `invalid-run` when another living process holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(await readFile(path, 'utf8').catch(() => ''));
      if (isAlive(owner)) {
        throw new ProtoNormError('invalid-run', `The run folder ${folder} is in use by process ${owner}.`, {
          received: owner,
          hint: 'Wait for it to end, or stop it.',
        });
      }
      await rm(path, { force: true });
    }
  }
  throw new ProtoNormError('invalid-run', `The run folder ${folder} cannot be locked.`, {
    hint: 'Another process is starting on it.',
  });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
