import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent, RunSnapshot, RunStore } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';
import { lockFolder } from './lock.ts';
import { decodeTables, encodeTables } from './prototype-file.ts';

/** Settings of {@link openFileStore}. */
export interface FileStoreOptions {
  /** Wall clock in milliseconds, for the time stamps of events. */
  readonly now: () => number;
  /** Snapshots that keep what a resume needs; prototypes are kept of all rounds. @defaultValue 2 */
  readonly keep?: number;
}

/** A run store in a folder; holds a lock until it is disposed. */
export interface FileStore extends RunStore, AsyncDisposable {
  readonly folder: string;
}

const ROUND = /^round-(\d{4,})$/;

/**
 * Opens a folder as a run store: `events.jsonl`, and `round-NNNN/` behind each round with `prototypes.safetensors`,
 * `engine.safetensors` and `clients/<id>.safetensors`.
 *
 * A snapshot is written beside and renamed, so that there is a complete one at any moment, also after SIGKILL. Events
 * behind the latest snapshot are dropped on opening: they belong to rounds that will happen again.
 *
 * @throws `invalid-run` when another process uses the folder
 */
export async function openFileStore(folder: string, options: FileStoreOptions): Promise<FileStore> {
  const { now, keep = 2 } = options;
  await mkdir(folder, { recursive: true });
  const release = await lockFolder(folder);
  const eventsPath = join(folder, 'events.jsonl');
  for (const name of await readdir(folder)) {
    if (name.startsWith('.round-')) await rm(join(folder, name), { recursive: true }); // left by a killed process
  }
  const latest = (await snapshotRounds(folder)).at(-1);
  await dropEventsFrom(eventsPath, latest ?? 0);
  const events = await open(eventsPath, 'a');

  return {
    folder,
    async appendEvent(event) {
      await events.appendFile(
        `${JSON.stringify({ at: new Date(now()).toISOString(), ...withoutTables(event) })}\n`,
      );
    },
    async saveSnapshot(snapshot) {
      await writeSnapshot(folder, snapshot);
      for (const round of (await snapshotRounds(folder)).slice(0, -keep)) {
        await rm(join(roundFolder(folder, round), 'engine.safetensors'), { force: true });
        await rm(join(roundFolder(folder, round), 'clients'), { recursive: true, force: true });
      }
    },
    async loadSnapshot() {
      const round = (await snapshotRounds(folder)).at(-1);
      return round === undefined ? undefined : readSnapshot(folder, round);
    },
    async [Symbol.asyncDispose]() {
      await events.close();
      await release();
    },
  };
}

function roundFolder(folder: string, round: number): string {
  return join(folder, `round-${String(round).padStart(4, '0')}`);
}

/** Rounds whose snapshot can be resumed from, ascending. */
async function snapshotRounds(folder: string): Promise<number[]> {
  const rounds: number[] = [];
  for (const name of await readdir(folder)) {
    const match = ROUND.exec(name);
    if (match === null) continue;
    const files = await readdir(join(folder, name));
    if (files.includes('engine.safetensors')) rounds.push(Number(match[1]));
  }
  return rounds.sort((a, b) => a - b);
}

async function writeSnapshot(folder: string, snapshot: RunSnapshot): Promise<void> {
  const final = roundFolder(folder, snapshot.round);
  const temporary = join(folder, `.round-${snapshot.round}`);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(join(temporary, 'clients'), { recursive: true });
  await writeFile(join(temporary, 'engine.safetensors'), snapshot.engine);
  await writeFile(join(temporary, 'prototypes.safetensors'), encodeTables(snapshot.prototypes));
  for (const [clientId, bytes] of snapshot.clients) {
    await writeFile(join(temporary, 'clients', `${clientId}.safetensors`), bytes);
  }
  await rm(final, { recursive: true, force: true });
  await rename(temporary, final);
}

async function readSnapshot(folder: string, round: number): Promise<RunSnapshot> {
  const from = roundFolder(folder, round);
  try {
    const names = (await readdir(join(from, 'clients')))
      .filter((name) => name.endsWith('.safetensors'))
      .sort();
    const clients = new Map<string, Uint8Array>();
    for (const name of names) {
      clients.set(
        name.slice(0, -'.safetensors'.length),
        new Uint8Array(await readFile(join(from, 'clients', name))),
      );
    }
    return {
      round,
      engine: new Uint8Array(await readFile(join(from, 'engine.safetensors'))),
      clients,
      prototypes: decodeTables(new Uint8Array(await readFile(join(from, 'prototypes.safetensors')))),
    };
  } catch (error) {
    throw new ProtoNormError(
      'snapshot-corrupt',
      `The snapshot ${from} cannot be read: ${(error as Error).message}`,
      {
        received: from,
        cause: error,
        hint: 'Remove this folder to go on from the round before it.',
      },
    );
  }
}

/** Tables are in the snapshot; a line of the event log stays short. */
function withoutTables(event: RunEvent): Record<string, unknown> {
  if (event.type === 'round-finished') {
    const { prototypes, ...rest } = event;
    return { ...rest, prototypes: Object.keys(prototypes) };
  }
  if (event.type === 'run-finished') return { type: event.type };
  return { ...event };
}

async function dropEventsFrom(path: string, round: number): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text === '') return;
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    let event: { round?: number; type?: string };
    try {
      event = JSON.parse(line) as typeof event;
    } catch {
      continue; // cut off in the middle by a killed process
    }
    if ((event.round === undefined || event.round < round) && event.type !== 'run-finished') kept.push(line);
  }
  await writeFile(`${path}.new`, kept.map((line) => `${line}\n`).join(''));
  await rename(`${path}.new`, path);
}
