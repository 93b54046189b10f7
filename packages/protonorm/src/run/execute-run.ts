import { join } from 'node:path';
import { encodeTables, openFileStore } from '@protonorm/fl-server/file-store';
import { summarise, type RunEvent } from '@protonorm/protocol';
import {
  createInProcessExecutor,
  createWorkerExecutor,
  loadBackend,
  simulate,
  type BackendReference,
  type ClientExecutor,
  type SimulationSetup,
} from '@protonorm/simulation';
import { strategyName, type CreateLearner } from '@protonorm/strategy';
import { ProtoNormError, type Backend } from '@protonorm/tensor';
import { RUN_FORMAT, sha256Of, writeJson, type RunResults } from './run-folder.ts';
import type { RunPlan } from './run-plan.ts';
import { initialModels } from './seed-plan.ts';

/** Where and how a plan is executed. */
export interface ExecuteOptions {
  readonly folder: string;
  readonly backend: BackendReference;
  /** Worker threads; 0 = in this thread. */
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
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
  const { folder, workers, signal, now } = options;
  const { strategy, reference } = plan.resolved;
  await using store = await openFileStore(folder, { now });
  using backend = lazyBackend(options.backend);
  const needed = workers === 0 ? await backend.get() : undefined;
  const executor = (setup: SimulationSetup): ClientExecutor =>
    needed === undefined
      ? createWorkerExecutor(Math.min(workers, setup.clients.length), {
          simulation: setup,
          strategy: reference,
          backend: options.backend,
        })
      : createInProcessExecutor(needed, strategy, setup);
  const createLearner: CreateLearner = async (spec, initial) =>
    (await backend.get()).createLearner(spec, initial);

  const { recipe, seed, data, clients } = plan;
  const history = yield* simulate({
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
    store,
    participation: recipe.participation,
    dropOutRate: recipe.dropOutRate,
    signal,
  });

  const last = await store.loadSnapshot();
  if (last === undefined) throw new ProtoNormError('invalid-run', `The run in ${folder} has no snapshot.`);
  const results: RunResults = {
    format: RUN_FORMAT,
    strategy: strategyName(strategy),
    label: plan.label,
    recipe: recipe.name,
    seed,
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
function lazyBackend(reference: BackendReference): Disposable & { get(): Promise<Backend> } {
  let opened: Promise<Backend> | undefined;
  return {
    get: () => (opened ??= loadBackend(reference)),
    [Symbol.dispose]() {
      void opened?.then((backend) => backend[Symbol.dispose]());
    },
  };
}
