import {
  createMemoryStore,
  createMemoryTransport,
  type ClientReply,
  type ClientTask,
  type RunEvent,
  type TaskHandler,
} from '@protonorm/protocol';
import { createCodec, defineStrategy, reduce, t, type AnyStrategy } from '@protonorm/strategy';
import { createRng } from '@protonorm/tensor';
import { runFederation } from './round-engine.ts';
import type { RoundEngineOptions } from './run-setup.ts';

/** Adds up one number of each client; the total goes down. */
export const sumStrategy = defineStrategy({
  id: 'sum',
  version: 1,
  summary: 'Adds up numbers.',
  hyper: {},
  down: { total: t.tensor([1]) },
  up: { number: t.tensor(['?']) },
  capabilities: { headsMayDiffer: true },
  client: {
    init: () => null,
    round: () => ({ up: null, state: null }),
    scores: () => null,
  },
  server: {
    init: () => ({ state: { total: 0 }, down: undefined }),
    reduce: reduce.sum('number'),
    finish({ state, reduced }) {
      const total = state.total + reduced![0];
      return { state: { total }, down: { total: Float32Array.of(total) }, report: { metrics: { total } } };
    },
  },
});

const up = createCodec(sumStrategy.up, { axes: {}, what: 'up' });

/** The encoded upload of numbers. */
export const upload = (...numbers: number[]): Uint8Array => up.encode({ number: Float32Array.from(numbers) });

/** What an honest client answers: its number when it trains, 3 of 4 right when it evaluates. */
export function honest(clientId: string, task: ClientTask, number = 1): ClientReply {
  return {
    clientId,
    round: task.round,
    ...(task.evaluate && { evaluation: { samples: 4, correct: 3, correctByLogits: 2 } }),
    up: task.train ? upload(number) : null,
    metrics: task.train ? { loss: number } : {},
  };
}

type SumOptions = Partial<RoundEngineOptions> & { readonly rounds?: number };

/** Settings of a run of the sum over handlers; clients that are numbers are honest. */
export function sumOptions(
  clients: Readonly<Record<string, number | TaskHandler>>,
  { rounds = 2, ...options }: SumOptions = {},
): RoundEngineOptions {
  const handlers = new Map(
    Object.entries(clients).map(([id, client]): [string, TaskHandler] => [
      id,
      typeof client === 'number' ? async (task) => honest(id, task, client) : client,
    ]),
  );
  return {
    strategy: sumStrategy as AnyStrategy,
    federation: { classes: 2, features: 3, rounds, clients: handlers.size },
    transport: createMemoryTransport(handlers),
    store: createMemoryStore(),
    rng: createRng('sums'),
    createLearner: () => Promise.reject(new Error('A sum needs no learner.')),
    ...options,
  };
}

/** Runs to the end; the error is returned, so that the events before it can be looked at. */
export async function runToEnd(
  options: RoundEngineOptions,
): Promise<{ readonly events: readonly RunEvent[]; readonly error: unknown }> {
  const events: RunEvent[] = [];
  try {
    for await (const event of runFederation(options)) events.push(event);
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

/** The events of a type. */
export function ofType<T extends RunEvent['type']>(
  events: readonly RunEvent[],
  type: T,
): Extract<RunEvent, { readonly type: T }>[] {
  return events.filter((event) => event.type === type) as Extract<RunEvent, { readonly type: T }>[];
}
