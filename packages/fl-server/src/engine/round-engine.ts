import type { RunEvent, RunHistory, RunSnapshot } from '@protonorm/protocol';
import type { MessageSchema, ServerStep } from '@protonorm/strategy';
import { ProtoNormError, type StateTree } from '@protonorm/tensor';
import { collectRound } from './collect-round.ts';
import { decodeEngineState, encodeEngineState, type EngineState } from './engine-state.ts';
import { encodeDown, finishRound } from './finish-round.ts';
import { evaluationRecord } from './round-records.ts';
import { setUpRun, type RoundEngineOptions, type RunSetup } from './run-setup.ts';
import { selectClients } from './select-clients.ts';

/** An event, and the snapshot to save before it is told. */
interface Progress {
  readonly event: RunEvent;
  readonly snapshot?: RunSnapshot;
}

/**
 * Runs a strategy over a transport: select, send, collect, validate, reduce, finish, evaluate, record, snapshot.
 *
 * In each round all clients evaluate with the current download, then the selected ones train: record r of the evaluations
 * is the accuracy after r rounds of training, as in HtFLlib. A further evaluation ends the run. If the store has a
 * snapshot, the run goes on behind it, to the same bits as without the interruption; the number of rounds may have grown.
 *
 * The result does not depend on the order in which clients answer, and is that of `runPlainFederation` of
 * `@protonorm/strategy/testkit`, to the bit.
 *
 * @returns the history; each event is yielded when the store has it, and `round-finished` when its snapshot is saved
 * @throws `invalid-argument`, `invalid-hyper`, `invalid-strategy` for needs of the strategy that the run does not meet,
 *   `quorum-not-reached`, `invalid-run` and `snapshot-corrupt` for a snapshot that it cannot go on from, what failing
 *   clients throw under 'fail', and the reason of the signal; the last snapshot is then complete
 * @example
 * ```ts
 * import { runFederation } from '@protonorm/fl-server';
 * import { createMemoryStore, createMemoryTransport } from '@protonorm/protocol';
 * import { local } from '@protonorm/strategies';
 * import { createRng } from '@protonorm/tensor';
 * const evaluation = { samples: 10, correct: 9, correctByLogits: 9 };
 * const ann = async ({ round }) => ({ clientId: 'ann', round, evaluation, up: null, metrics: { loss: 1 } });
 * const run = runFederation({
 *   strategy: local, federation: { classes: 2, features: 4, rounds: 3, clients: 1 }, rng: createRng(7),
 *   transport: createMemoryTransport(new Map([['ann', ann]])), store: createMemoryStore(),
 *   createLearner: () => Promise.reject(new Error('Local has no model at the server.')),
 * });
 * const accuracies = [];
 * for await (const event of run) if (event.type === 'evaluated') accuracies.push(event.accuracy);
 * accuracies; // => [0.9, 0.9, 0.9, 0.9]
 * ```
 */
export async function* runFederation(
  options: RoundEngineOptions,
): AsyncGenerator<RunEvent, RunHistory, void> {
  const { store } = options;
  for await (const { event, snapshot } of runRounds(options)) {
    // Events first: those of a round without its snapshot are dropped on resuming, but none may be missing.
    await store.appendEvent(event);
    if (snapshot !== undefined) await store.saveSnapshot(snapshot);
    yield event;
    if (event.type === 'run-finished') return event.history;
  }
  throw new ProtoNormError('invalid-run', 'The run ended without a result.');
}

async function* runRounds(options: RoundEngineOptions): AsyncGenerator<Progress, void, void> {
  const setup = setUpRun(options);
  const { federation, transport, rng, participation, signal } = setup;
  const clientsNow = (): readonly string[] => [...new Set(transport.clients())].sort();
  signal.throwIfAborted();
  let state = yield* begin(setup, clientsNow());
  for (;;) {
    signal.throwIfAborted();
    const { round, history } = state;
    const last = round === federation.rounds;
    const clients = clientsNow();
    const selected = last ? [] : selectClients(clients, { participation, rng: rng.split('select', round) });
    yield { event: { type: 'round-started', round, selected } };
    const collected = yield* told(collectRound(setup, { state, clients, selected }));
    const evaluation = evaluationRecord(round, collected.replies);
    yield { event: { type: 'evaluated', ...evaluation } };
    const evaluations = [...history.evaluations, evaluation];
    if (last) {
      yield { event: { type: 'run-finished', history: { ...history, evaluations } } };
      return;
    }
    const finished = yield* told(finishRound(setup, { state, clients, selected, collected }));
    const { record, prototypes, server, down } = finished;
    state = { round: round + 1, server, down, history: { evaluations, rounds: [...history.rounds, record] } };
    yield {
      event: { type: 'round-finished', prototypes, ...record },
      snapshot: {
        round: state.round,
        engine: encodeEngineState(state, setup.identity),
        clients: setup.clientStates(),
        prototypes,
      },
    };
  }
}

/** The state to go on from: that of the store's snapshot, or a beginning. */
async function* begin(
  setup: RunSetup,
  clients: readonly string[],
): AsyncGenerator<Progress, EngineState, void> {
  const { strategy, federation, hyper, createLearner, signal, rng, store, name } = setup;
  const { rounds } = federation;
  const snapshot = await store.loadSnapshot();
  if (snapshot === undefined) {
    const stream = rng.split('server', 'init');
    const context = { federation, hyper, createLearner, signal, rng: stream };
    const first = (await strategy.server.init(context)) as ServerStep<MessageSchema, StateTree>;
    const history: RunHistory = { evaluations: [], rounds: [] };
    yield { event: { type: 'run-started', strategy: name, rounds, clients } };
    return { round: 0, server: first.state, down: encodeDown(setup, first), history };
  }
  const state = decodeEngineState(snapshot, setup.identity);
  if (state.round > rounds) {
    throw new ProtoNormError(
      'invalid-run',
      `The run has ${state.round} rounds behind it already; ${rounds} are asked for.`,
      { received: rounds, expected: state.round, hint: 'Ask for as many rounds, or for more.' },
    );
  }
  yield { event: { type: 'run-resumed', strategy: name, round: state.round } };
  return state;
}

/** Events without a snapshot. */
async function* told<T>(events: AsyncGenerator<RunEvent, T, void>): AsyncGenerator<Progress, T, void> {
  let ended = false;
  try {
    for (;;) {
      const next = await events.next();
      ended = next.done === true;
      if (next.done) return next.value;
      yield { event: next.value };
    }
  } finally {
    // Whoever stops in between stops the clients too.
    if (!ended) await events.return(undefined as never);
  }
}
