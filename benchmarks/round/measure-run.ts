/**
 * One federation in a process of its own, as `protonorm run --recipe cifar-reference --strategy protonorm-reference` runs
 * it: with its run folder and snapshots. Runs some rounds at a time when its parent says so, and idles in between.
 */
import { setTimeout } from 'node:timers/promises';
import { chooseExecution } from '../../packages/protonorm/src/cli/choose-execution.ts';
import { applyFlags } from '../../packages/protonorm/src/cli/run-flags.ts';
import { RoundProfiles } from '../../packages/protonorm/src/profile/round-profiles.ts';
import { loadRecipe } from '../../packages/protonorm/src/recipe/load-recipe.ts';
import { executeRun } from '../../packages/protonorm/src/run/execute-run.ts';
import { loadRunData } from '../../packages/protonorm/src/run/load-data.ts';
import { planRun } from '../../packages/protonorm/src/run/run-plan.ts';
import { strategyEntry } from '../../packages/protonorm/src/run/strategy-entry.ts';

import type { Turn, RunRequest } from './protocol.ts';

/** The parent's next message. */
function nextMessage(): Promise<unknown> {
  return new Promise((resolve) => process.once('message', resolve));
}

/** Returns when this process has come to rest: what a round leaves to be done behind it is not the next one's business. */
async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    const before = process.cpuUsage();
    await setTimeout(50);
    const { user, system } = process.cpuUsage(before);
    quiet = user + system < 5000 ? quiet + 1 : 0;
  }
}

async function measure(request: RunRequest): Promise<void> {
  const { signal } = new AbortController();
  const recipe = applyFlags(await loadRecipe('cifar-reference'), {
    models: request.models,
    rounds: String(1 + request.turns * (1 + request.rounds)),
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
  /** Runs to the end of the next round. */
  const finishRound = async (): Promise<void> => {
    for (;;) {
      const next = await events.next();
      if (next.done === true) throw new Error('the run has ended before its rounds');
      if (next.value.type === 'round-finished') return;
    }
  };

  await finishRound(); // it loads and compiles
  for (let turn = 0; turn < request.turns; turn++) {
    await settle();
    process.send!({ backend: execution.description } satisfies Partial<Turn>);
    await nextMessage();
    await finishRound(); // so that what a round leaves to be done lies beside the ones that are timed
    const rounds: Turn['rounds'][number][] = [];
    for (let i = 0; i < request.rounds; i++) {
      const before = { ms: performance.now(), cpu: process.cpuUsage() };
      await finishRound();
      const { user, system } = process.cpuUsage(before.cpu);
      rounds.push({
        ms: performance.now() - before.ms,
        cpuMs: (user + system) / 1000,
        kernelShare: profiles.rounds.at(-1)!.kernelShare,
      });
    }
    await settle();
    process.send!({ backend: execution.description, rounds } satisfies Turn);
  }
  await events.return(undefined as never);
}

try {
  await measure((await nextMessage()) as RunRequest);
  process.disconnect();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
