import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { summariseWarnings, type RunHistory } from '@protonorm/protocol';
import type { Dataset } from '@protonorm/tensor';
import type { Execution } from '../cli/choose-execution.ts';
import { resumedExecution } from '../cli/resumed-execution.ts';
import type { ComparedRun } from '../output/comparison-table.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { isDivergence } from './divergence.ts';
import { checkLabels, runFolderName } from './comparison-folder.ts';
import { loadRunData } from './load-data.ts';
import { historyOfEvents, partitionRecord } from './report-input.ts';
import { resumeRun } from './resume-run.ts';
import { exists, readResults, writeJson } from './run-folder.ts';
import { planRun, type RunPlan } from './run-plan.ts';
import { runWithProgress, writeManifest } from './start-run.ts';

/** Every strategy of a recipe with every seed, on data that are loaded once. */
export async function planRuns(
  recipe: Recipe,
  seeds: readonly number[],
  signal: AbortSignal,
): Promise<RunPlan[]> {
  const plans: RunPlan[] = [];
  let dataset: Dataset | undefined;
  for (const seed of seeds) {
    const data = await loadRunData(recipe, { seed, signal, ...(dataset && { dataset }) });
    dataset = data.dataset;
    for (const entry of recipe.strategies) plans.push(await planRun(recipe, entry, { seed, data }));
  }
  checkLabels(plans);
  return plans;
}

/** How the runs of a comparison are executed. */
export interface ComparedRunOptions {
  /** Folder of the comparison, or of one of its cases. */
  readonly root: string;
  readonly execution: Execution;
  /** `--workers`, which a run that goes on may have another number of. */
  readonly workers: string | undefined;
  readonly profile: boolean;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** One run of a comparison: begun, gone on with, or taken over when it is finished. */
export async function runCompared(plan: RunPlan, options: ComparedRunOptions): Promise<ComparedRun> {
  const { root, workers, signal, now } = options;
  const { label, seed } = plan;
  const folder = join(root, runFolderName(plan));
  let { execution } = options;
  const ended = await readResults(folder);
  if (ended !== undefined)
    return { label, seed, status: 'finished', results: ended, ...warningsOf(ended.history) };
  if (await exists(join(folder, 'manifest.json'))) {
    const { manifest } = await resumeRun(folder, { signal });
    execution = await resumedExecution(folder, manifest, { workers, signal });
  } else {
    await mkdir(folder, { recursive: true });
    await writeJson(join(folder, 'partition.json'), partitionRecord(plan.recipe.partition, plan.data));
    await writeManifest(plan, { folder, execution, now });
  }
  const begun = now();
  const seconds = (): number => (now() - begun) / 1000;
  try {
    const results = await runWithProgress(plan, {
      folder,
      execution,
      signal,
      now,
      output: process.stderr,
      profileClock: options.profile ? () => performance.now() : undefined,
    });
    return { label, seed, status: 'finished', results, ...warningsOf(results.history), seconds: seconds() };
  } catch (error) {
    if (!isDivergence(error)) throw error;
    process.stderr.write(`${label}, seed ${seed}: ${error.message}\n`);
    const history = await historyOfEvents(folder);
    return { label, seed, status: 'diverged', ...warningsOf(history), seconds: seconds() };
  }
}

function warningsOf({ rounds }: Pick<RunHistory, 'rounds'>): Pick<ComparedRun, 'warnings' | 'rounds'> {
  return { warnings: summariseWarnings(rounds), rounds: rounds.length };
}
