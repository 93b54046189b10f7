import { join } from 'node:path';
import { encodeTables, openFileStore } from '@protonorm/fl-server/file-store';
import { summarise, type RunEvent, type RunHistory } from '@protonorm/protocol';
import {
  createInProcessExecutor,
  createWorkerExecutor,
  loadBackend,
  Profiler,
  simulate,
  type BackendReference,
  type ClientExecutor,
  type SimulationSetup,
} from '@protonorm/simulation';
import { strategyName, type CreateLearner } from '@protonorm/strategy';
import { ProtoNormError, type Backend } from '@protonorm/tensor';
import { backendRecord, type Execution } from '../cli/choose-execution.ts';
import { profiledExecutor, profiledStore } from '../profile/profiled-run.ts';

import type { RoundProfiles } from '../profile/round-profiles.ts';
import { RUN_FORMAT, sha256Of, writeJson, type RunResults } from './run-folder.ts';
import type { RunPlan } from './run-plan.ts';
import { initialModels } from './seed-plan.ts';
import { writeBehind } from './write-behind.ts';

/** Where and how a plan is executed. */
export interface ExecuteOptions {
  readonly folder: string;
  readonly execution: Execution;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Sees where the time goes. */
  readonly profiles?: RoundProfiles | undefined;
}

/**
 * Runs a plan in its folder, from its latest snapshot if there is one, and writes `results.json` at the end.
 *
 * @returns the results; events are yielded as they happen
 */
export async function* executeRun(
  plan: RunPlan,
  options: ExecuteOptions,
): AsyncGenerator<RunEvent, RunResults, void> {
  const { folder, execution, signal, now, profiles } = options;
  const { workers } = execution;
  const { strategy, reference } = plan.resolved;
  await using store = await openFileStore(folder, { now });
  // With workers this thread has nothing else to do; without them, writing beside would only starve.
  const behind = workers === 0 ? undefined : writeBehind(store);
  const used = behind ?? store;
  const profiler = profiles && workers === 0 ? new Profiler(profiles.server.now) : undefined;
  using backend = lazyBackend(execution.backend, profiler);
  const needed = workers === 0 ? await backend.get() : undefined;
  const executor = (setup: SimulationSetup): ClientExecutor => {
    const plain =
      needed === undefined
        ? createWorkerExecutor(Math.min(workers, setup.clients.length), {
            simulation: setup,
            strategy: reference,
            backend: execution.backend,
            profile: profiles !== undefined,
          })
        : createInProcessExecutor(needed, strategy, setup, profiler);
    return profiles === undefined ? plain : profiledExecutor(plain, profiles);
  };
  const createLearner: CreateLearner = async (spec, initial) =>
    (await backend.get()).createLearner(spec, initial);

  const { recipe, seed, data, clients } = plan;
  const events = simulate({
    strategy,
    hyper: plan.entry.hyper,
    dataset: data.dataset,
    clients,
    local: recipe.local,
    rounds: recipe.rounds,
    seed,
    initial: initialModels(recipe.initial, seed),
    executor,
    createLearner,
    store: profiles === undefined ? used : profiledStore(used, profiles),
    ...(profiles && { measure: (section, work) => profiles.server.measure(section, work) }),
    participation: recipe.participation,
    dropOutRate: recipe.dropOutRate,
    prototypeEncoding: recipe.prototypes,
    signal,
  });
  let history: RunHistory;
  try {
    history = yield* watched(events, (event) => profiles?.onEvent(event));
    await behind?.flush();
  } finally {
    await behind?.flush().catch(() => undefined); // whatever ended the run is told, and its last snapshot is kept
  }

  const last = await store.loadSnapshot();
  if (last === undefined) throw new ProtoNormError('invalid-run', `The run in ${folder} has no snapshot.`);
  const results: RunResults = {
    format: RUN_FORMAT,
    strategy: strategyName(strategy),
    label: plan.label,
    recipe: recipe.name,
    seed,
    backend: backendRecord(execution),
    summary: summarise(history),
    sha256: {
      prototypes: sha256Of(encodeTables(last.prototypes)),
      clients: sha256Of(
        [...last.clients].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, bytes]) => [id, sha256Of(bytes)]),
      ),
      metrics: sha256Of(history),
    },
    history,
  };
  await writeJson(join(folder, 'results.json'), results);
  return results;
}

/** A backend that is opened when it is first needed. */
function lazyBackend(
  reference: BackendReference,
  profile: Profiler | undefined,
): Disposable & { get(): Promise<Backend> } {
  let opened: Promise<Backend> | undefined;
  return {
    get: () => (opened ??= loadBackend(reference, { profile })),
    [Symbol.dispose]() {
      void opened?.then((backend) => backend[Symbol.dispose]());
    },
  };
}

/** Shows each event to somebody before it goes on. */
async function* watched(
  events: AsyncGenerator<RunEvent, RunHistory, void>,
  onEvent: (event: RunEvent) => void,
): AsyncGenerator<RunEvent, RunHistory, void> {
  let ended = false;
  try {
    for (;;) {
      const next = await events.next();
      ended = next.done === true;
      if (next.done === true) return next.value;
      onEvent(next.value);
      yield next.value;
    }
  } finally {
    // Whoever stops in between stops the clients too.
    if (!ended) await events.return(undefined as never);
  }
}
