import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeTables } from '@protonorm/fl-server/file-store';
import type { RunHistory, RunSummary } from '@protonorm/protocol';
import { canonicalJson, ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { writeWholeFile } from '../output/write-whole-file.ts';
import type { Recipe, RecipeStrategy } from '../recipe/recipe-schema.ts';

/** Version of the layout of a run folder. */
export const RUN_FORMAT = 'protonorm-run-1';

/** `manifest.json`: what a run is; enough to repeat and to resume it. */
export interface RunManifest {
  readonly format: typeof RUN_FORMAT;
  readonly strategy: string;
  readonly label: string;
  readonly entry: RecipeStrategy;
  readonly hyper: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly recipe: Recipe;
  readonly dataset: {
    readonly name: string;
    readonly samples: number;
    readonly source: string;
    readonly licence: string;
    readonly sha256: string;
  };
  readonly partition: { readonly sha256: string; readonly clients: number };
  readonly clients: readonly {
    readonly id: string;
    readonly model: string;
    readonly parameters: number;
    readonly train: number;
    readonly test: number;
  }[];
  readonly backend: { readonly name: string; readonly description: string; readonly why: string };
  readonly versions: Readonly<Record<string, string>>;
  readonly workers: number;
  readonly createdAt: string;
}

/** `results.json`: the outcome, without clock times and machine, so that equal runs have equal files. */
export interface RunResults {
  readonly format: typeof RUN_FORMAT;
  readonly strategy: string;
  readonly label: string;
  readonly recipe: string;
  readonly seed: number;
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

/** @throws `invalid-run` when there is no manifest, it cannot be read or is of another version */
export async function readManifest(folder: string): Promise<RunManifest> {
  let manifest: RunManifest;
  try {
    manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as RunManifest;
  } catch (error) {
    throw new ProtoNormError('invalid-run', `${folder} holds no run: manifest.json cannot be read.`, {
      received: folder,
      cause: error,
    });
  }
  if (manifest.format !== RUN_FORMAT) {
    throw new ProtoNormError(
      'invalid-run',
      `The run in ${folder} has the format '${String(manifest.format)}', this version writes '${RUN_FORMAT}'.`,
      {
        received: manifest.format,
        expected: RUN_FORMAT,
        hint: 'Use the version of protonorm that began it (see its manifest.json), or begin anew.',
      },
    );
  }
  return manifest;
}

/** The results of a finished run; undefined = it is not finished. */
export async function readResults(folder: string): Promise<RunResults | undefined> {
  const path = join(folder, 'results.json');
  if (!(await exists(path))) return undefined;
  try {
    return JSON.parse(await readFile(path, 'utf8')) as RunResults;
  } catch (error) {
    throw new ProtoNormError('invalid-run', `${path} cannot be read.`, { received: path, cause: error });
  }
}

/** The tables of each round of a run, ascending. */
export async function readPrototypes(
  folder: string,
): Promise<readonly { readonly round: number; readonly tables: Readonly<Record<string, Prototypes>> }[]> {
  const names = (await readdir(folder)).filter((name) => /^round-\d+$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({
      round: Number(name.slice('round-'.length)),
      tables: decodeTables(new Uint8Array(await readFile(join(folder, name, 'prototypes.safetensors')))),
    })),
  );
}

/** SHA-256 of bytes, or of the canonical JSON of anything else. */
export function sha256Of(value: unknown): string {
  return createHash('sha256')
    .update(value instanceof Uint8Array ? value : canonicalJson(value))
    .digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
