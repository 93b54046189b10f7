import { open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ProtoNormError } from '@protonorm/tensor';

/** Folders that this process holds; a lock file alone cannot tell an earlier process of the same number from this one. */
const held = new Set<string>();

/** Attempts before a living owner is believed: a process killed a moment ago still has to go. */
const PATIENCE = 20;

/**
 * Claims a run folder for this process, so that two never write to one run. `lock` holds the number of the process; the
 * claim of one that is no longer alive (killed) is taken over, also when another process has its number now (on Linux).
 *
 * @returns the release
 * @throws `invalid-run` when it is in use, by another living process or by this one
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const real = await realpath(folder);
  if (held.has(real)) throw inUse(folder, process.pid, 'Close it first.');
  held.add(real);
  try {
    const path = join(folder, 'lock');
    // Whoever begins beside us takes some milliseconds to write his number, or to take over.
    for (let attempt = 0; attempt < 40; attempt++) {
      if (await claim(path)) {
        let released = false;
        return async () => {
          if (released) return;
          released = true;
          await rm(path, { force: true });
          held.delete(real);
        };
      }
      const owner = await ownerOf(path);
      if (owner !== undefined && (await isAlive(owner, path))) {
        if (attempt < PATIENCE) {
          await wait(25);
          continue;
        }
        throw inUse(folder, owner, `Wait for it to end, or stop it; if it is no run, remove ${path}.`);
      }
      if (owner === undefined || !(await takeOver(path, owner))) await wait(25);
    }
    throw new ProtoNormError('invalid-run', `The run folder ${folder} cannot be locked.`, {
      hint: `If nothing uses it, remove ${path} and ${path}.taken.`,
    });
  } catch (error) {
    held.delete(real);
    throw error;
  }
}

function inUse(folder: string, owner: number, hint: string): ProtoNormError {
  return new ProtoNormError('invalid-run', `The run folder ${folder} is in use by process ${owner}.`, {
    received: owner,
    hint,
  });
}

/** Makes a file with our number, unless there is one already. */
async function claim(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The number in a lock, NaN for anything else; undefined = the lock is gone, or its number is not written yet. */
async function ownerOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : Number.parseInt(text, 10);
}

/** Removes the lock of a dead process; one process at a time does so, or two could remove each other's new lock. */
async function takeOver(path: string, owner: number): Promise<boolean> {
  const guard = `${path}.taken`;
  if (!(await claim(guard))) return false;
  try {
    if (Object.is(await ownerOf(path), owner)) await rm(path, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

async function isAlive(pid: number, lock: string): Promise<boolean> {
  // Our own number without a claim of ours is that of a killed process, as in containers, where all have the same.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const owner = await describeProcess(pid);
  if (owner === undefined) return true;
  if (owner.ended) return false;
  const { mtimeMs } = await stat(lock);
  return owner.begun <= mtimeMs + 2000;
}

/**
 * When a process began, in milliseconds since 1970 and to the second, and whether it has ended and only waits for its parent
 * to notice; undefined where the system does not tell.
 */
async function describeProcess(
  pid: number,
): Promise<{ readonly begun: number; readonly ended: boolean } | undefined> {
  try {
    const [of, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/stat', 'utf8'),
    ]);
    // From field 3 on, the state; names may hold spaces and brackets. Field 22 counts hundredths of a second since boot.
    const fields = of.slice(of.lastIndexOf(')') + 2).split(' ');
    const booted = Number(/^btime (\d+)$/m.exec(boot)?.[1]);
    const begun = (booted + Number(fields[19]) / 100) * 1000;
    return Number.isFinite(begun) ? { begun, ended: fields[0] === 'Z' || fields[0] === 'X' } : undefined;
  } catch {
    return undefined;
  }
}
