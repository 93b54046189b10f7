import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { assignModels, createModel } from '@protonorm/models';
import type { ProtoNormError } from '@protonorm/tensor';
import { backendNames, backendTable, type BackendEntry } from '../backend/backend-table.ts';
import { chooseBackend } from '../backend/choose-backend.ts';
import { checkDataSet } from '../data/check-data-set.ts';
import { knownDataSets } from '../data/known-data-sets.ts';
import { loadRecipe, recipeNames } from '../recipe/load-recipe.ts';
import { recipeCases } from '../recipe/recipe-cases.ts';
import { resolveStrategy } from '../run/resolve-strategy.ts';
import { hasWasmSimd } from './wasm-simd.ts';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** 'note' is for what is missing and not needed. */
  readonly status: 'ok' | 'not ok' | 'note';
  readonly found: string;
  /** The way out. */
  readonly remedy?: string;
}

/** Where and with what the checks are made. */
export interface CheckSettings {
  /** Folder that runs are written to. */
  readonly runs: string;
  readonly signal: AbortSignal;
}

/** Node's version against the one that the packages need. */
export function checkNode(version = process.versions.node): Check {
  const [major, minor] = version.split('.').map(Number);
  const enough = major > 22 || (major === 22 && minor >= 13);
  return {
    name: 'Node',
    status: enough ? 'ok' : 'not ok',
    found: `v${version}`,
    ...(!enough && { remedy: 'Install Node 22.13 or newer, or run by npx in a project that has it.' }),
  };
}

/** Every backend: each has to train a tiny net; those that may be missing are noted. */
export async function checkBackends({ signal }: CheckSettings): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const name of backendNames) {
    try {
      const { description } = await chooseBackend(name, { signal });
      checks.push({ name: `backend ${name}`, status: 'ok', found: `${description}; it trains` });
    } catch (error) {
      signal.throwIfAborted();
      const { message, hint } = error as ProtoNormError;
      const entry: BackendEntry = backendTable[name];
      if (entry.optional) {
        checks.push({
          name: `backend ${name}`,
          status: 'note',
          found: `not here, and not needed: ${message}`,
        });
        continue;
      }
      const remedy = hint ?? 'Install the packages again: npm ci.';
      checks.push({ name: `backend ${name}`, status: 'not ok', found: message, remedy });
    }
  }
  return checks;
}

/** SIMD of WebAssembly: without it only tfjs-wasm and cpu run, several times slower. */
export function checkSimd(present = hasWasmSimd()): Check {
  return {
    name: 'WebAssembly SIMD',
    status: present ? 'ok' : 'not ok',
    found: present ? 'available' : 'missing: training is several times slower',
    ...(!present && { remedy: 'Use a current Node on a processor with SIMD (SSE 4.1, NEON).' }),
  };
}

/** Cores and memory. */
export function checkMachine(memory = { free: freemem(), total: totalmem() }): Check {
  const cores = availableParallelism();
  const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  const enough = memory.total >= 2 ** 30;
  return {
    name: 'machine',
    status: enough ? 'ok' : 'not ok',
    found: `${cores} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${gigabytes(memory.free)} of ${gigabytes(memory.total)} GiB free; ${Math.min(cores, 8)} workers by default`,
    ...(!enough && { remedy: 'Use --workers 0, small models, or a machine with 1 GiB and more.' }),
  };
}

/** Whether runs can be written; what it makes for that it takes away again. */
export async function checkRunsFolder({ runs }: CheckSettings): Promise<Check> {
  const folder = resolve(runs);
  try {
    const made = await mkdir(folder, { recursive: true });
    await rm(await mkdtemp(join(folder, '.doctor-')), { recursive: true });
    if (made !== undefined) {
      for (let path = folder; path !== dirname(made); path = dirname(path)) await rmdir(path);
    }
    return { name: 'runs folder', status: 'ok', found: `${folder} can be written` };
  } catch (error) {
    const remedy = 'Change to a folder of your own, or give --out with each run.';
    return { name: 'runs folder', status: 'not ok', found: (error as Error).message, remedy };
  }
}

/** The bundled data: every pixel against its checksum. */
export async function checkBundledData({ signal }: CheckSettings): Promise<Check> {
  const remedy = 'Install the packages again: npm ci.';
  try {
    const names: string[] = [];
    for (const known of knownDataSets.filter((set) => set.bundled)) {
      const { parts } = await checkDataSet(known, { signal });
      names.push(`${known.name} (${parts.map(({ samples }) => samples).join(' + ')} samples)`);
    }
    return { name: 'bundled data', status: 'ok', found: names.join(', ') };
  } catch (error) {
    signal.throwIfAborted();
    return { name: 'bundled data', status: 'not ok', found: (error as Error).message, remedy };
  }
}

/** The recipes of this package: each is read, and its strategies and models are found. */
export async function checkRecipes(): Promise<Check> {
  const names = await recipeNames();
  const problems: string[] = [];
  for (const name of names) {
    try {
      const loaded = await loadRecipe(name);
      for (const { id } of loaded.strategies) await resolveStrategy(id);
      for (const { recipe } of recipeCases(loaded)) {
        const models = new Set([
          ...assignModels(recipe.models, 10),
          ...assignModels(recipe.commonModel ?? [recipe.models].flat()[0], 1),
        ]);
        for (const { name: set, images, timeSeries, table, speech, pixels } of [recipe.dataset].flat()) {
          // The shape of files of one's own is in the files.
          if ((images ?? timeSeries ?? table ?? speech ?? pixels) !== undefined) continue;
          const shape = knownDataSets.find((known) => known.name === set)?.shape;
          if (shape === undefined) throw new Error(`there is no data set '${set}'`);
          for (const model of models)
            createModel(model, { input: shape, classes: 10, features: recipe.features });
        }
      }
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  if (problems.length === 0) return { name: 'recipes', status: 'ok', found: names.join(', ') };
  const remedy = 'Install the packages again: npm ci.';
  return { name: 'recipes', status: 'not ok', found: problems.join('; '), remedy };
}
