import { setTimeout as wait } from 'node:timers/promises';
import { ProtoNormError } from '@protonorm/tensor';
import { resultCodeOf } from './sqlite-errors.ts';

const BUSY = 5;

/** Attempts, 25 ms apart, before another owner is believed: a process killed a moment ago still has to go. */
const PATIENCE = 20;

/**
 * Claims a database for this process: holds SQLite's own lock on a file `<path>.lock` beside it. The system takes it from a
 * process that ends, however it ends, so that no claim outlives its owner; readers of the database itself are let in.
 *
 * @param path - the real path of the database, the same for all names that it has
 * @returns the release
 * @throws `invalid-run` when it is in use, by another process or by this one
 */
export async function claimDatabase(path: string): Promise<() => void> {
  const { DatabaseSync } = await import('node:sqlite');
  for (let attempt = 1; ; attempt++) {
    const lock = new DatabaseSync(`${path}.lock`);
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return () => lock.close();
    } catch (error) {
      lock.close();
      if (resultCodeOf(error) !== BUSY) throw error;
    }
    if (attempt === PATIENCE) {
      throw new ProtoNormError('invalid-run', `The database ${path} is in use.`, {
        received: path,
        hint: 'Close it, or stop the process that has it open.',
      });
    }
    await wait(25);
  }
}
