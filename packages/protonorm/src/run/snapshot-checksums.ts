import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeTables } from '@protonorm/fl-server/file-store';
import type { RunSnapshot, RunStore } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';
import { writeWholeFile } from '../output/write-whole-file.ts';

const ROUND = /^round-\d{4,}$/;

/**
 * A run store in a folder that also keeps `sha256/round-NNNN.txt` (for `sha256sum -c`) of each snapshot: a changed bit in
 * a client's weights would otherwise go unseen into the results.
 *
 * The checksums are there before the snapshot is, so that each complete snapshot has them, also after SIGKILL.
 */
export function withChecksums(store: RunStore, folder: string): RunStore {
  return {
    appendEvent: (event) => store.appendEvent(event),
    loadSnapshot: () => store.loadSnapshot(),
    async saveSnapshot(snapshot) {
      const round = `round-${String(snapshot.round).padStart(4, '0')}`;
      await mkdir(join(folder, 'sha256'), { recursive: true });
      await writeWholeFile(join(folder, 'sha256', `${round}.txt`), checksumLines(round, snapshot));
      await store.saveSnapshot(snapshot);
    },
  };
}

function checksumLines(round: string, { engine, prototypes, clients }: RunSnapshot): string {
  const files: [string, Uint8Array][] = [
    ['engine.safetensors', engine],
    ['prototypes.safetensors', encodeTables(prototypes)],
    ...Array.from(clients, ([id, bytes]): [string, Uint8Array] => [`clients/${id}.safetensors`, bytes]),
  ];
  return files.map(([name, bytes]) => `${sha256(bytes)}  ${round}/${name}\n`).join('');
}

/**
 * Compares the files of the latest snapshot of a run folder with their checksums; changes nothing.
 *
 * @throws `snapshot-corrupt` with the file and the way out
 */
export async function checkLatestSnapshot(folder: string): Promise<void> {
  const round = await latestSnapshot(folder);
  if (round === undefined || (await isInUse(folder))) return; // nothing to go on from; its user is still writing
  const fail = (problem: string, cause?: unknown): ProtoNormError =>
    new ProtoNormError('snapshot-corrupt', `The snapshot ${join(folder, round)} is damaged: ${problem}.`, {
      received: round,
      cause,
      hint: `Nothing was changed. Remove the folder ${join(folder, round)} to go on from the round before it.`,
    });
  let lines: readonly string[];
  try {
    lines = (await readFile(join(folder, 'sha256', `${round}.txt`), 'utf8')).split('\n').filter(Boolean);
  } catch (error) {
    throw fail(`its checksums in sha256/${round}.txt cannot be read`, error);
  }
  for (const line of lines) {
    const [, expected, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (expected === undefined) throw fail(`its checksums in sha256/${round}.txt are malformed`);
    const bytes = await readFile(join(folder, name)).catch((error: unknown) => {
      throw fail(`${name} cannot be read`, error);
    });
    if (sha256(bytes) !== expected) {
      throw fail(`${name} (${bytes.length} bytes) is not what was written`);
    }
  }
}

/** The latest round that can be resumed from. */
async function latestSnapshot(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder)).filter((name) => ROUND.test(name));
  names.sort((a, b) => Number(b.slice('round-'.length)) - Number(a.slice('round-'.length)));
  for (const name of names) {
    if ((await readdir(join(folder, name))).includes('engine.safetensors')) return name;
  }
  return undefined;
}

/** Whether a living process holds the lock; the store then refuses with its own message. */
async function isInUse(folder: string): Promise<boolean> {
  const owner = Number(await readFile(join(folder, 'lock'), 'utf8').catch(() => ''));
  if (!Number.isInteger(owner) || owner <= 0) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch {
    return false;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
