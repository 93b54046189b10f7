import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeTables } from '@protonorm/fl-server/file-store';
import type { RunHistory, RunSummary } from '@protonorm/protocol';
import { canonicalJson, ProtoNormError, type Prototypes } from '@protonorm/tensor';
import type { BackendRecord } from '../cli/choose-execution.ts';
import type { RunProfile } from '../profile/round-profiles.ts';
import { writeWholeFile } from '../output/write-whole-file.ts';

/** Version of the layout of a run folder. */
export const RUN_FORMAT = 'protonorm-run-1';

/** File that says that a run has ended because its numbers are not finite any more. */
export const DIVERGED = 'diverged.json';

/** File that says where the time of the last `--profile` went. */
export const PROFILE = 'profile.json';

/** `results.json`: the outcome, without clock times, so that equal runs have equal files. */
export interface RunResults {
  readonly format: typeof RUN_FORMAT;
  readonly strategy: string;
  readonly label: string;
  readonly recipe: string;
  readonly seed: number;
  /** What made the numbers: another backend, or another build of it, gives other last bits. */
  readonly backend: BackendRecord;
  readonly summary: RunSummary;
  /** Of the last round's prototypes file, of all clients' final states, and of the history below. */
  readonly sha256: { readonly prototypes: string; readonly clients: string; readonly metrics: string };
  readonly history: RunHistory;
}

/** A folder `base`, or `base-2`, ... that does not exist yet. */
export async function freshFolder(base: string): Promise<string> {
  for (let n = 1; ; n++) {
    const folder = n === 1 ? base : `${base}-${n}`;
    if (!(await exists(folder))) return folder;
  }
}

/** @throws `invalid-run` when the folder exists and is not empty: nothing is overwritten */
export async function claimEmptyFolder(folder: string): Promise<void> {
  if ((await exists(folder)) && (await readdir(folder)).length > 0) {
    throw new ProtoNormError('invalid-run', `The folder ${folder} is not empty.`, {
      received: folder,
      hint: `Go on with the run in it by --resume ${folder}, or give another --out.`,
    });
  }
  await mkdir(folder, { recursive: true });
}

/** Writes JSON so that there is the old or the new file, never half of one. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeWholeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * The results of a finished run; undefined = it is not finished.
 *
 * @throws `invalid-run` when they cannot be read or are of another version
 */
export async function readResults(folder: string): Promise<RunResults | undefined> {
  const path = join(folder, 'results.json');
  if (!(await exists(path))) return undefined;
  const results = (await readJson(path)) as RunResults;
  if (results?.format === RUN_FORMAT && results.history !== undefined) return results;
  throw new ProtoNormError('invalid-run', `${path} is not of the format '${RUN_FORMAT}'.`, {
    received: results?.format,
    hint: 'Remove it and go on by --resume: it is written again from the last snapshot.',
  });
}

/** The profile that a run left; undefined = it was run without `--profile`, or did nothing. */
export async function readProfile(folder: string): Promise<RunProfile | undefined> {
  const path = join(folder, PROFILE);
  return (await exists(path)) ? ((await readJson(path)) as RunProfile) : undefined;
}

/** @throws `invalid-run` when the file is missing or no JSON */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ProtoNormError('invalid-run', `${path} cannot be read: is it in a run folder?`, {
      received: path,
      cause: error,
      hint: 'Give a folder that `protonorm run` or `compare` wrote.',
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProtoNormError('invalid-run', `${path} is damaged: ${(error as Error).message}.`, {
      received: path,
      cause: error,
      hint: 'Put it back from a copy, or begin the run anew in another folder.',
    });
  }
}

/** The tables of each round of a run, ascending. */
export async function readPrototypes(
  folder: string,
): Promise<readonly { readonly round: number; readonly tables: Readonly<Record<string, Prototypes>> }[]> {
  const names = (await readdir(folder)).filter((name) => /^round-\d+$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name, 'prototypes.safetensors');
      try {
        const tables = decodeTables(new Uint8Array(await readFile(path)));
        return { round: Number(name.slice('round-'.length)), tables };
      } catch (error) {
        throw new ProtoNormError('snapshot-corrupt', `${path} cannot be read.`, {
          received: path,
          cause: error,
          hint: 'Put it back from a copy, or remove its folder.',
        });
      }
    }),
  );
}

/** SHA-256 of bytes, or of the canonical JSON of anything else. */
export function sha256Of(value: unknown): string {
  return createHash('sha256')
    .update(value instanceof Uint8Array ? value : canonicalJson(value))
    .digest('hex');
}

/** Whether something is there. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
