import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunSnapshot } from '@protonorm/protocol';
import { decodeTables, encodeTables } from '@protonorm/protocol/store-kit';
import { ProtoNormError } from '@protonorm/tensor';
import { syncFolder, writeDurably } from './durable-files.ts';
import { readSnapshotIndex, SNAPSHOT_INDEX, snapshotIndex, type SnapshotFile } from './snapshot-index.ts';

/** The snapshots of a run, each in a folder `round-NNNN`. */
export interface SnapshotFolders {
  /** Rounds that can be resumed from, ascending. */
  rounds(): readonly number[];
  save(snapshot: RunSnapshot): Promise<void>;
  /** @throws `snapshot-corrupt` */
  load(): Promise<RunSnapshot | undefined>;
}

const ENGINE = 'engine.safetensors';
const PROTOTYPES = 'prototypes.safetensors';
const ROUND = /^round-(\d{4,})$/;
const BESIDE = /^\.round-(\d{4,})\.(new|old)$/;

/**
 * Finds the snapshots in a folder and puts right what a killed process left half done.
 *
 * A snapshot is written beside (`.round-NNNN.new`), brought to the disk, and renamed. Where there is one of the same round
 * it is set aside first (`.round-NNNN.old`), so that at any moment one of them is complete.
 *
 * @param options - `keep`: how many snapshots keep what a resume needs; prototypes stay of all rounds
 */
export async function openSnapshotFolders(
  folder: string,
  { keep }: { readonly keep: number },
): Promise<SnapshotFolders> {
  await repair(folder);
  const rounds = await findRounds(folder);

  return {
    rounds: () => rounds,
    async save(snapshot) {
      await write(folder, snapshot);
      if (!rounds.includes(snapshot.round)) rounds.push(snapshot.round);
      rounds.sort((a, b) => a - b);
      for (const round of rounds.splice(0, Math.max(0, rounds.length - keep))) {
        // The snapshot is safe: what cannot be removed now is removed when the folder is opened again.
        await prune(roundFolder(folder, round)).catch(() => undefined);
      }
    },
    async load() {
      const round = rounds.at(-1);
      return round === undefined ? undefined : read(folder, { round, before: rounds.at(-2) });
    },
  };
}

function roundFolder(folder: string, round: number): string {
  return join(folder, `round-${String(round).padStart(4, '0')}`);
}

async function repair(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names) {
    const [, number, kind] = BESIDE.exec(name) ?? [];
    if (kind === undefined) continue;
    const final = `round-${number}`;
    if (kind === 'old' && !names.includes(final)) await rename(join(folder, name), join(folder, final));
    else await rm(join(folder, name), { recursive: true });
  }
}

async function findRounds(folder: string): Promise<number[]> {
  const rounds: number[] = [];
  for (const name of await readdir(folder)) {
    const match = ROUND.exec(name);
    if (match === null) continue;
    const files = await readdir(join(folder, name));
    if (files.includes(SNAPSHOT_INDEX)) rounds.push(Number(match[1]));
    else if (files.includes(ENGINE) || files.includes('clients')) await prune(join(folder, name));
  }
  return rounds.sort((a, b) => a - b);
}

/** Removes what a resume needs; the index goes first, because it makes a folder a snapshot. */
async function prune(path: string): Promise<void> {
  await rm(join(path, SNAPSHOT_INDEX), { force: true });
  await rm(join(path, ENGINE), { force: true });
  await rm(join(path, 'clients'), { recursive: true, force: true });
}

async function write(folder: string, { round, engine, clients, prototypes }: RunSnapshot): Promise<void> {
  const final = roundFolder(folder, round);
  const name = `.round-${String(round).padStart(4, '0')}`;
  const [beside, aside] = [join(folder, `${name}.new`), join(folder, `${name}.old`)];
  await rm(beside, { recursive: true, force: true });
  try {
    const files: SnapshotFile[] = [
      { name: ENGINE, bytes: engine },
      { name: PROTOTYPES, bytes: encodeTables(prototypes) },
      ...Array.from(clients, ([client, bytes]) => ({ name: `clients/${fileNameOf(client)}`, bytes, client })),
    ];
    await mkdir(join(beside, 'clients'), { recursive: true });
    await writeDurably([
      ...files.map(({ name: file, bytes }) => [join(beside, file), bytes] as const),
      [join(beside, SNAPSHOT_INDEX), snapshotIndex(round, files)],
    ]);
    await syncFolder(join(beside, 'clients'));
    await syncFolder(beside);
    await rm(aside, { recursive: true, force: true });
    await rename(final, aside).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(beside, final);
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
  await rm(aside, { recursive: true, force: true }).catch(() => undefined);
}

async function read(
  folder: string,
  { round, before }: { readonly round: number; readonly before: number | undefined },
): Promise<RunSnapshot> {
  const from = roundFolder(folder, round);
  try {
    const files = await readSnapshotIndex(from, round);
    const bytesOf = (name: string): Uint8Array => {
      const file = files.find((candidate) => candidate.name === name);
      if (file === undefined) throw new Error(`${SNAPSHOT_INDEX} does not name ${name}`);
      return file.bytes;
    };
    return {
      round,
      engine: bytesOf(ENGINE),
      clients: new Map(files.flatMap(({ client, bytes }) => (client === undefined ? [] : [[client, bytes]]))),
      prototypes: decodeTables(bytesOf(PROTOTYPES)),
    };
  } catch (error) {
    throw new ProtoNormError(
      'snapshot-corrupt',
      `The snapshot ${from} cannot be read: ${(error as Error).message.replace(/\.$/, '')}.`,
      {
        received: from,
        cause: error,
        hint:
          before === undefined
            ? 'There is none before it: begin the run anew.'
            : `Remove this folder to go on from round ${before}.`,
      },
    );
  }
}

/** A file name for any id: the id itself where every file system can have it, else its hash. */
function fileNameOf(client: string): string {
  const plain = /^[a-z0-9][a-z0-9_-]{0,99}$/.test(client) && !/^(con|prn|aux|nul|com\d|lpt\d)$/.test(client);
  const name = plain ? client : `id-${createHash('sha256').update(client).digest('hex')}`;
  return `${name}.safetensors`;
}
