import type {
  ClientReply,
  ClientTask,
  EvaluationRecord,
  RoundRecord,
  RunEvent,
  RunHistory,
  RunStore,
  Transport,
} from '@protonorm/protocol';
import {
  createCodec,
  isMessageError,
  resolveHyper,
  strategyName,
  type AnyStrategy,
  type CreateLearner,
  type FederationInfo,
  type HyperSchema,
  type MessageCodec,
  type MessageSchema,
  type Reducer,
  type ServerStep,
} from '@protonorm/strategy';
import {
  isProtoNormError,
  planModel,
  ProtoNormError,
  type Prototypes,
  type Rng,
  type StateTree,
} from '@protonorm/tensor';
import { checkCapabilities } from './check-capabilities.ts';
import { decodeEngineState, encodeEngineState, type EngineState } from './engine-state.ts';
import { selectClients } from './select-clients.ts';

/** What a run of the round engine is made of. */
export interface RoundEngineOptions {
  readonly strategy: AnyStrategy;
  /** Values that differ from the strategy's defaults. */
  readonly hyper?: Readonly<Record<string, unknown>>;
  readonly federation: FederationInfo;
  readonly transport: Transport;
  readonly store: RunStore;
  /** The run's root stream. */
  readonly rng: Rng;
  readonly createLearner: CreateLearner;
  /** Share of the clients that train in a round, in (0, 1]. @defaultValue 1 */
  readonly participation?: number;
  /** Answers of training clients without which a round fails. @defaultValue 1 */
  readonly quorum?: number;
  /** Time limit for each client's answer in milliseconds. @defaultValue 3,600,000 */
  readonly deadlineMs?: number;
  /**
   * What a failing client means. 'drop': the round goes on without it. 'fail': the run fails, unless the client is just
   * gone (`client-failed`) or late (`timeout`). @defaultValue 'drop'
   */
  readonly clientErrors?: 'drop' | 'fail';
  /** Client states for the snapshot, where the host keeps them. */
  readonly clientStates?: () => ReadonlyMap<string, Uint8Array>;
  readonly signal?: AbortSignal;
}

interface Answer {
  readonly clientId: string;
  readonly reply?: ClientReply;
  readonly error?: unknown;
}

/**
 * Runs a strategy over a transport: select, send, collect, validate, reduce, finish, evaluate, record, snapshot.
 *
 * In each round all clients evaluate with the current download, then the selected ones train: record r of the evaluations
 * is the accuracy after r rounds of training, as in HtFLlib. A further evaluation ends the run. If the store has a
 * snapshot, the run goes on behind it, to the same bits as without the interruption.
 *
 * @returns the history; events are yielded as they happen
 * @throws `invalid-strategy`, `invalid-hyper`, `quorum-not-reached`, what failing clients throw under 'fail', and the
 *   reason of the signal; the last snapshot is then complete
 */
export async function* runFederation(
  options: RoundEngineOptions,
): AsyncGenerator<RunEvent, RunHistory, void> {
  const { store } = options;
  for await (const event of runRounds(options)) {
    await store.appendEvent(event);
    yield event;
    if (event.type === 'run-finished') return event.history;
  }
  throw new ProtoNormError('invalid-run', 'The run ended without a result.');
}

async function* runRounds(options: RoundEngineOptions): AsyncGenerator<RunEvent, void, void> {
  const {
    strategy,
    federation,
    transport,
    store,
    rng,
    createLearner,
    participation = 1,
    clientErrors = 'drop',
  } = options;
  const { signal = new AbortController().signal, quorum = 1 } = options;
  if (!(participation > 0 && participation <= 1)) {
    throw new ProtoNormError(
      'invalid-argument',
      `participation must be in (0, 1], received ${participation}.`,
      { received: participation },
    );
  }
  const hyper = resolveHyper(strategy.hyper as HyperSchema, options.hyper);
  checkCapabilities(strategy, { federation, participation });
  const codecs = createCodecs(strategy, federation);
  const name = strategyName(strategy);
  const clients = transport.clients();
  const context = { federation, hyper, createLearner, signal };
  const reducer: Reducer<unknown, unknown> =
    typeof strategy.server.reduce === 'function' ? strategy.server.reduce(hyper) : strategy.server.reduce;

  const snapshot = await store.loadSnapshot();
  let state: EngineState;
  if (snapshot !== undefined) {
    state = decodeEngineState(snapshot);
    yield { type: 'run-resumed', strategy: name, round: state.round };
  } else {
    const first = (await strategy.server.init({
      ...context,
      rng: rng.split('server', 'init'),
    })) as ServerStep<MessageSchema, StateTree>;
    state = {
      round: 0,
      server: first.state,
      down: encodeDown(codecs.down, first),
      history: { evaluations: [], rounds: [] },
    };
    yield { type: 'run-started', strategy: name, rounds: federation.rounds, clients };
  }

  for (let round = state.round; round <= federation.rounds; round++) {
    signal.throwIfAborted();
    const training = round < federation.rounds;
    const selected = training
      ? selectClients(clients, { participation, rng: rng.split('select', round) })
      : [];
    yield { type: 'round-started', round, selected };

    const accumulator = reducer.start();
    const replies = new Map<string, ClientReply>();
    const failed: Record<string, string> = {};
    const contributed: string[] = [];
    const uploads: (readonly [string, unknown, number])[] = [];
    let bytesDown = 0;

    const tasks = clients.map((clientId): [string, ClientTask] => [
      clientId,
      { strategy: name, round, down: state.down, evaluate: true, train: selected.includes(clientId) },
    ]);
    for await (const { clientId, reply, error } of askAll(transport, tasks, {
      signal,
      deadlineMs: options.deadlineMs ?? 3_600_000,
    })) {
      if (reply === undefined) {
        signal.throwIfAborted();
        const code = isProtoNormError(error) ? error.code : 'client-failed';
        if (clientErrors === 'fail' && code !== 'timeout' && !isProtoNormError(error, 'client-failed'))
          throw error;
        failed[clientId] = code;
        yield {
          type: 'client-failed',
          round,
          clientId,
          code,
          message: error instanceof Error ? error.message : String(error),
        };
        continue;
      }
      replies.set(clientId, reply);
      bytesDown += state.down?.length ?? 0;
      if (reply.up !== null && selected.includes(clientId)) {
        try {
          uploads.push([clientId, codecs.up.decode(reply.up), reply.up.length]);
        } catch (problem) {
          if (!isMessageError(problem) || clientErrors === 'fail') throw problem;
          const { code, message } = problem as ProtoNormError;
          failed[clientId] = code;
          yield { type: 'upload-rejected', round, clientId, code, message };
          continue;
        }
      }
      yield {
        type: 'client-finished',
        round,
        clientId,
        trained: selected.includes(clientId),
        bytesUp: reply.up?.length ?? 0,
      };
    }

    const evaluation = evaluationRecord(round, replies);
    yield { type: 'evaluated', ...evaluation };
    state = {
      ...state,
      history: { ...state.history, evaluations: [...state.history.evaluations, evaluation] },
    };
    if (!training) break;

    const answered = selected.filter((clientId) => replies.has(clientId) && failed[clientId] === undefined);
    if (answered.length < quorum) {
      throw new ProtoNormError(
        'quorum-not-reached',
        `Round ${round}: ${answered.length} of ${selected.length} clients answered, ${quorum} are needed.`,
        {
          received: answered.length,
          expected: quorum,
          hint: `Failed: ${Object.entries(failed)
            .map(([id, code]) => `${id} (${code})`)
            .join(', ')}.`,
        },
      );
    }
    let bytesUp = 0;
    for (const [clientId, upload, bytes] of uploads) {
      accumulator.add(upload, clientId);
      contributed.push(clientId);
      bytesUp += bytes;
    }

    let step: ServerStep<MessageSchema, StateTree> | undefined;
    if (contributed.length > 0) {
      step = (await strategy.server.finish({
        ...context,
        round,
        state: state.server,
        down: state.down === null ? undefined : codecs.down.decode(state.down),
        reduced: accumulator.result(),
        rng: rng.split('server', 'finish', round),
      })) as ServerStep<MessageSchema, StateTree>;
    }
    const record: RoundRecord = {
      round,
      selected,
      contributed: contributed.sort(),
      failed: Object.fromEntries(Object.entries(failed).sort(([a], [b]) => (a < b ? -1 : 1))),
      bytesDown,
      bytesUp,
      metrics: meanMetrics(answered.map((clientId) => replies.get(clientId)!.metrics)),
      serverMetrics: step?.report?.metrics ?? {},
    };
    state = {
      round: round + 1,
      server: step === undefined ? state.server : step.state,
      down: step === undefined ? state.down : encodeDown(codecs.down, step),
      history: { ...state.history, rounds: [...state.history.rounds, record] },
    };
    const prototypes = {
      ...step?.report?.prototypes,
      ...tablesOf(strategy.down as MessageSchema, step?.down),
    };
    await store.saveSnapshot({
      round: state.round,
      engine: encodeEngineState(state),
      clients: options.clientStates?.() ?? new Map(),
      prototypes,
    });
    yield { type: 'round-finished', prototypes, ...record };
  }
  yield { type: 'run-finished', history: state.history };
}

/** Asks all clients at once and yields their answers as they come. */
async function* askAll(
  transport: Transport,
  tasks: readonly (readonly [string, ClientTask])[],
  options: { readonly signal: AbortSignal; readonly deadlineMs: number },
): AsyncGenerator<Answer, void, void> {
  const abandon = new AbortController();
  const pending = new Map<string, Promise<Answer>>();
  try {
    for (const [clientId, task] of tasks) {
      const late = AbortSignal.timeout(options.deadlineMs);
      const signal = AbortSignal.any([options.signal, abandon.signal, late]);
      pending.set(
        clientId,
        transport.request(clientId, task, { signal }).then(
          (reply) => ({ clientId, reply }),
          (error: unknown) => ({
            clientId,
            error: late.aborted
              ? new ProtoNormError('timeout', `${clientId} did not answer within ${options.deadlineMs} ms.`, {
                  cause: error,
                })
              : error,
          }),
        ),
      );
    }
    while (pending.size > 0) {
      const answer = await Promise.race(pending.values());
      pending.delete(answer.clientId);
      yield answer;
    }
  } finally {
    if (pending.size > 0) {
      abandon.abort(new ProtoNormError('client-failed', 'The round has ended without this client.'));
      await Promise.allSettled(pending.values());
    }
  }
}

function createCodecs(
  strategy: AnyStrategy,
  federation: FederationInfo,
): { down: MessageCodec<MessageSchema>; up: MessageCodec<MessageSchema> } {
  const size = federation.commonModel && planModel(federation.commonModel.spec).size;
  const axes = {
    d: federation.features,
    C: federation.classes,
    ...(size && { P: size.all, E: size.encoder, H: size.head }),
  };
  const codec = (schema: MessageSchema, direction: string) =>
    createCodec(schema, {
      axes,
      what: `${strategyName(strategy)} ${direction}`,
      classes: federation.classes,
    });
  return {
    down: codec(strategy.down as MessageSchema, 'down'),
    up: codec(strategy.up as MessageSchema, 'up'),
  };
}

function encodeDown(
  codec: MessageCodec<MessageSchema>,
  step: ServerStep<MessageSchema, StateTree>,
): Uint8Array | null {
  return step.down === undefined ? null : codec.encode(step.down);
}

function tablesOf(
  schema: MessageSchema,
  message: Readonly<Record<string, unknown>> | undefined,
): Record<string, Prototypes> {
  const tables: Record<string, Prototypes> = {};
  for (const [key, field] of Object.entries(schema)) {
    if (field.kind === 'prototypes' && message?.[key] !== undefined) tables[key] = message[key] as Prototypes;
  }
  return tables;
}

function evaluationRecord(round: number, replies: ReadonlyMap<string, ClientReply>): EvaluationRecord {
  const counts = [...replies]
    .flatMap(([clientId, { evaluation }]) =>
      evaluation === undefined ? [] : [[clientId, evaluation] as const],
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = (key: 'samples' | 'correct' | 'correctByLogits'): number =>
    counts.reduce((total, [, c]) => total + c[key], 0);
  const samples = sum('samples');
  return {
    round,
    accuracy: samples === 0 ? null : sum('correct') / samples,
    accuracyByLogits: samples === 0 ? null : sum('correctByLogits') / samples,
    perClient: Object.fromEntries(counts),
  };
}

function meanMetrics(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = [...new Set(all.flatMap((metrics) => Object.keys(metrics)))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const values = all.flatMap((metrics) => (metrics[name] === undefined ? [] : [metrics[name]]));
      return [name, values.reduce((a, b) => a + b, 0) / values.length];
    }),
  );
}
