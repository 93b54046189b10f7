import { join } from 'node:path';
import { backendRecord, type Execution } from '../cli/choose-execution.ts';
import { createProgress, type ProgressOutput } from '../output/progress.ts';
import { PROFILE_FORMAT, RoundProfiles, type RunProfile } from '../profile/round-profiles.ts';
import { isDivergence } from './divergence.ts';
import { executeRun } from './execute-run.ts';
import type { RunManifest } from './manifest.ts';
import { DIVERGED, PROFILE, RUN_FORMAT, writeJson, type RunResults } from './run-folder.ts';
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
    backend: backendRecord(execution),
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
    /** A clock for {@link PROFILE}, when the time of the run is to be taken apart. */
    readonly profileClock?: (() => number) | undefined;
  },
): Promise<RunResults> {
  const { folder, execution, signal, now, output, profileClock } = options;
  const profiles =
    profileClock && new RoundProfiles({ now: profileClock, workers: workersOf(plan, execution) });
  const progress = createProgress(output, {
    label: plan.label,
    rounds: plan.recipe.rounds,
    clients: plan.clients.length,
  });
  try {
    const events = executeRun(plan, {
      folder,
      execution,
      signal,
      now,
      profiles,
    });
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
      progress.onEvent(next.value);
    }
  } catch (error) {
    // A run that has no results looks interrupted; the report shall know better.
    if (isDivergence(error)) await writeJson(join(folder, DIVERGED), { message: error.message });
    throw error;
  } finally {
    progress.done();
    if (profiles !== undefined && profiles.rounds.length > 0) {
      const profile: RunProfile = {
        format: PROFILE_FORMAT,
        backend: execution.description,
        workers: execution.workers,
        rounds: profiles.rounds,
      };
      await writeJson(join(folder, PROFILE), profile);
    }
  }
}

/** Workers that have something to do. */
function workersOf({ clients }: RunPlan, { workers }: Execution): number {
  return Math.min(workers, clients.length);
}
