/**
 * One federation in a process of its own, as `protonorm run --recipe cifar-reference --strategy protonorm-reference` runs
 * it: with its run folder and snapshots. Prints the time of each round as JSON.
 */
import { chooseExecution } from '../../packages/protonorm/src/cli/choose-execution.ts';
import { applyFlags } from '../../packages/protonorm/src/cli/run-flags.ts';
import { RoundProfiles } from '../../packages/protonorm/src/profile/round-profiles.ts';
import { loadRecipe } from '../../packages/protonorm/src/recipe/load-recipe.ts';
import { executeRun } from '../../packages/protonorm/src/run/execute-run.ts';
import { loadRunData } from '../../packages/protonorm/src/run/load-data.ts';
import { planRun } from '../../packages/protonorm/src/run/run-plan.ts';
import { strategyEntry } from '../../packages/protonorm/src/run/strategy-entry.ts';

/** What is run. */
export interface RunRequest {
  readonly models: string;
  readonly workers: number;
  /** Timed rounds. */
  readonly rounds: number;
  readonly backend: string;
  readonly dataFile: string;
  readonly partition?: string;
  /** Empty; for the run. */
  readonly folder: string;
}

/** What a round took. */
interface RoundFigures {
  readonly ms: number;
  readonly cpuMs: number;
  /** Of the wall time, what was kernels of the backend; 0 where the backend tells nothing of them. */
  readonly kernelShare: number;
}

/** What it took. */
export interface RunFigures {
  /** Of the backend that was chosen. */
  readonly backend: string;
  /** From the end of one round to the end of the next: training, evaluation, aggregation, alignment, snapshot. */
  readonly rounds: readonly RoundFigures[];
}

async function measure(request: RunRequest): Promise<RunFigures> {
  const { signal } = new AbortController();
  const recipe = applyFlags(await loadRecipe('cifar-reference'), {
    models: request.models,
    rounds: String(request.rounds + 1),
    'data-file': request.dataFile,
    partition: request.partition,
  });
  const data = await loadRunData(recipe, { seed: recipe.seed, signal });
  const plan = await planRun(recipe, strategyEntry(recipe, 'protonorm-reference'), {
    seed: recipe.seed,
    data,
  });
  const execution = await chooseExecution(
    { backend: request.backend, workers: String(request.workers) },
    { signal },
  );
  const profiles = new RoundProfiles({
    now: () => performance.now(),
    workers: Math.min(request.workers, plan.clients.length),
  });
  const events = executeRun(plan, {
    folder: request.folder,
    execution,
    signal,
    now: Date.now,
    profiles,
  });

  const rounds: { ms: number; cpuMs: number }[] = [];
  let before: { readonly ms: number; readonly cpu: NodeJS.CpuUsage } | undefined;
  for await (const event of events) {
    if (event.type !== 'round-finished') continue;
    if (before !== undefined) {
      const { user, system } = process.cpuUsage(before.cpu);
      rounds.push({ ms: performance.now() - before.ms, cpuMs: (user + system) / 1000 });
    }
    before = { ms: performance.now(), cpu: process.cpuUsage() }; // the first round loads and compiles
    process.stderr.write(`  round ${event.round} of ${request.rounds + 1}\n`);
  }
  const shares = profiles.rounds.slice(1, -1).map(({ kernelShare }) => kernelShare);
  return {
    backend: execution.description,
    rounds: rounds.map((round, i) => ({ ...round, kernelShare: shares[i] })),
  };
}

try {
  console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]) as RunRequest)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
