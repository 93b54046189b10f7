import { createHash } from 'node:crypto';

/** The number of an advisory lock: the first 64 bits of a hash, so that other programs of the database have others. */
export function lockKeyOf(...names: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(['protonorm', ...names]));
  return String(hash.digest().readBigInt64BE(0));
}
