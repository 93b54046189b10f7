import { join } from 'node:path';
import { isProtoNormError } from '@protonorm/tensor';
import type { Execution } from '../cli/choose-execution.ts';
import { createProgress, type ProgressOutput } from '../output/progress.ts';
import { executeRun } from './execute-run.ts';
import type { RunManifest } from './manifest.ts';
import { DIVERGED, RUN_FORMAT, writeJson, type RunResults } from './run-folder.ts';
import { describePlan, type RunPlan } from './run-plan.ts';
import { versions } from './versions.ts';

/** Writes the manifest of a new run. */
export async function writeManifest(
  plan: RunPlan,
  options: { readonly folder: string; readonly execution: Execution; readonly now: () => number },
): Promise<void> {
  const { folder, execution, now } = options;
  const manifest: RunManifest = {
    format: RUN_FORMAT,
    ...(await describePlan(plan)),
    backend: { name: execution.backend.name, description: execution.description, why: execution.why },
    workers: execution.workers,
    versions: versions(),
    createdAt: new Date(now()).toISOString(),
  };
  await writeJson(join(folder, 'manifest.json'), manifest);
}

/** Executes a plan in its folder with progress. */
export async function runWithProgress(
  plan: RunPlan,
  options: {
    readonly folder: string;
    readonly execution: Execution;
    readonly signal: AbortSignal;
    readonly now: () => number;
    readonly output: ProgressOutput;
  },
): Promise<RunResults> {
  const { folder, execution, signal, now, output } = options;
  const progress = createProgress(output, {
    label: plan.label,
    rounds: plan.recipe.rounds,
    clients: plan.clients.length,
  });
  try {
    const events = executeRun(plan, {
      folder,
      backend: execution.backend,
      workers: execution.workers,
      signal,
      now,
    });
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
      progress.onEvent(next.value);
    }
  } catch (error) {
    // A run that has no results looks interrupted; the report shall know better.
    if (isProtoNormError(error, 'diverged'))
      await writeJson(join(folder, DIVERGED), { message: error.message });
    throw error;
  } finally {
    progress.done();
  }
}
