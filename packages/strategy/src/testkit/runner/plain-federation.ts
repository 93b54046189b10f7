import {
  type Backend,
  type DataSlice,
  type Learner,
  type ModelSpec,
  type Rng,
  type StateTree,
} from '@protonorm/tensor';
import { resolveHyper, type HyperSchema } from '../../hyper/hyperparameter.ts';
import { reducerOf } from '../../reduce/reducer-of.ts';
import type { PrototypeEncoding } from '../../prototype-encoding/prototype-encoding.ts';
import { createCodec, isMessageError, type MessageCodec } from '../../schema/codec.ts';
import type { MessageSchema } from '../../schema/field.ts';
import { axisSizes } from '../../strategy/axis-sizes.ts';
import { strategyName } from '../../strategy/define-strategy.ts';
import type {
  AnyStrategy,
  ClientContext,
  FederationInfo,
  LocalTraining,
  ServerStep,
} from '../../strategy/strategy.ts';
import { countCorrect, type PlainEvaluation } from './count-correct.ts';

type Message = Readonly<Record<string, unknown>>;

/** A client of a plain federation. */
export interface PlainClient {
  readonly id: string;
  readonly spec: ModelSpec;
  readonly parameters: Float32Array;
  /** Left out = running mean 0 and variance 1. */
  readonly buffers?: Float32Array;
  /** Training samples, possibly none; a function where they change from round to round. */
  readonly train: DataSlice | ((round: number) => DataSlice);
  readonly test: DataSlice;
  /** State to go on with; left out = a new client. */
  readonly state?: StateTree;
}

/** What a plain federation is made of. */
export interface PlainFederationOptions {
  readonly strategy: AnyStrategy;
  readonly hyper?: Readonly<Record<string, unknown>>;
  readonly federation: FederationInfo;
  readonly clients: readonly PlainClient[];
  readonly backend: Backend;
  readonly local: LocalTraining;
  /** The run's root stream. */
  readonly rng: Rng;
  /** Messages are encoded and decoded; false hands over the objects themselves. @defaultValue true */
  readonly wire?: boolean;
  /** How class tables travel on it. @defaultValue float32, all coordinates */
  readonly prototypeEncoding?: PrototypeEncoding;
  /** Who trains. @defaultValue all */
  readonly select?: (round: number, ids: readonly string[]) => readonly string[];
  /** The order in which clients work and their uploads arrive. @defaultValue as given */
  readonly arrival?: (round: number, ids: readonly string[]) => readonly string[];
  /** What becomes of an encoded upload on its way; undefined = it is lost. Only with `wire`. */
  readonly tamper?: (bytes: Uint8Array, where: { round: number; clientId: string }) => Uint8Array | undefined;
  /** The round to begin with, and the server's state and download there. */
  readonly from?: Pick<PlainRound, 'state' | 'down'> & { readonly round: number };
  /** @defaultValue the rounds of the federation */
  readonly until?: number;
  readonly signal?: AbortSignal;
}

/** What happened in a round. */
export interface PlainRound {
  /** Counts of all clients before they trained. */
  readonly evaluation: ReadonlyMap<string, PlainEvaluation>;
  /** Uploads as the clients gave them. */
  readonly uploads: ReadonlyMap<string, Message | null>;
  readonly contributed: readonly string[];
  /** Clients whose upload was refused, with the code of the reason. */
  readonly rejected: Readonly<Record<string, string>>;
  readonly metrics: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Behind the server's step. */
  readonly state: StateTree;
  readonly down: Message | undefined;
  readonly report: ServerStep<MessageSchema, StateTree>['report'];
  /** Sizes of the encoded messages. */
  readonly bytesUp: ReadonlyMap<string, number>;
  readonly bytesDown: number;
  /** Live buffers of the backend when all is done. */
  readonly buffers: number;
}

/** A finished plain federation. */
export interface PlainRun {
  readonly rounds: readonly PlainRound[];
  /** Counts after the last round. */
  readonly evaluation: ReadonlyMap<string, PlainEvaluation>;
  /** What the clients hold at the end; with it and the last round a run can be gone on with. */
  readonly clients: ReadonlyMap<string, Required<Pick<PlainClient, 'parameters' | 'buffers' | 'state'>>>;
}

/**
 * Runs a strategy in the plainest way: one loop, one client after the other, no transport, no store.
 *
 * It is the oracle of the round engine, which must give the same bits: clients evaluate with the current download, the
 * selected train and upload, the uploads are reduced, the server makes its step; random streams are `server / init`,
 * `round / r / client` and `server / finish / r` below the root.
 */
export async function runPlainFederation(options: PlainFederationOptions): Promise<PlainRun> {
  const opened: Learner[] = []; // no DisposableStack: Node 22 lacks it
  try {
    return await runRounds(options, opened);
  } finally {
    for (const learner of opened.toReversed()) learner[Symbol.dispose]();
  }
}

async function runRounds(options: PlainFederationOptions, opened: Learner[]): Promise<PlainRun> {
  const { strategy, federation, backend, local, rng, wire = true, from } = options;
  const { until = federation.rounds, signal = new AbortController().signal } = options;
  const hyper = resolveHyper(strategy.hyper as HyperSchema, options.hyper);
  const reducer = reducerOf(strategy, hyper);
  const createLearner = backend.createLearner.bind(backend);
  const server = { federation, hyper, createLearner, signal };
  const coded = { classes: federation.classes, prototypes: options.prototypeEncoding };
  const codecs = codecsOf(strategy, axisSizes(strategy, { federation, hyper }), coded);

  const learners = new Map<string, Learner>();
  const states = new Map<string, StateTree>();
  for (const { id, spec, parameters, buffers, state } of options.clients) {
    const learner = await createLearner(spec, { parameters, ...(buffers && { buffers }) });
    opened.push(learner);
    learners.set(id, learner);
    states.set(id, state ?? (strategy.client.init({ clientId: id, federation, hyper }) as StateTree));
  }
  const ids = options.clients.map(({ id }) => id);
  const rounds: PlainRound[] = [];
  let { state, down } =
    from ??
    ((await strategy.server.init({ ...server, rng: rng.split('server', 'init') })) as ServerStep<
      MessageSchema,
      StateTree
    >);
  let evaluation = new Map<string, PlainEvaluation>();

  for (let round = from?.round ?? 0; round <= until; round++) {
    evaluation = new Map();
    const selected = round === until ? [] : (options.select?.(round, ids) ?? ids);
    const accumulator = reducer.start();
    const uploads = new Map<string, Message | null>();
    const metrics = new Map<string, Readonly<Record<string, number>>>();
    const contributed: string[] = [];
    const rejected: Record<string, string> = {};
    const bytesUp = new Map<string, number>();
    const encodedDown = down && codecs.down.encode(down);

    for (const id of options.arrival?.(round, ids) ?? ids) {
      const client = options.clients.find((candidate) => candidate.id === id)!;
      const learner = learners.get(id)!;
      const own = codecsOf(strategy, axisSizes(strategy, { federation, hyper, plan: learner.plan }), coded);
      const context: ClientContext<HyperSchema, MessageSchema, StateTree> = {
        ...server,
        clientId: id,
        round,
        down: wire && encodedDown ? own.down.decode(encodedDown) : down,
        state: states.get(id)!,
        learner,
      };
      await strategy.client.receive?.(context);
      evaluation.set(id, await countCorrect(strategy, context, client.test));
      if (!selected.includes(id)) continue;

      learner.resetOptimiser();
      learner.clearGradients();
      const data = typeof client.train === 'function' ? client.train(round) : client.train;
      const result = await strategy.client.round({
        ...context,
        data,
        local,
        rng: rng.split('round', round, id),
      });
      states.set(id, result.state as StateTree);
      uploads.set(id, result.up as Message | null);
      metrics.set(id, result.metrics ?? {});
      if (result.up === null) continue;
      if (!wire) {
        accumulator.add(result.up, id);
        contributed.push(id);
        continue;
      }
      const encoded = own.up.encode(result.up as Message);
      const bytes = options.tamper ? options.tamper(encoded, { round, clientId: id }) : encoded;
      if (bytes === undefined) continue;
      try {
        accumulator.add(codecs.up.decode(bytes), id);
        contributed.push(id);
        bytesUp.set(id, bytes.length);
      } catch (error) {
        if (!isMessageError(error)) throw error;
        rejected[id] = (error as { code: string }).code;
      }
    }
    if (round === until) break;

    let report: PlainRound['report'];
    if (contributed.length > 0) {
      const step = (await strategy.server.finish({
        ...server,
        round,
        state,
        down: wire && encodedDown ? codecs.down.decode(encodedDown) : down,
        reduced: accumulator.result(),
        rng: rng.split('server', 'finish', round),
      })) as ServerStep<MessageSchema, StateTree>;
      ({ state, down, report } = step);
    }
    const buffers = backend.memory().buffers;
    const bytesDown = encodedDown?.length ?? 0;
    rounds.push({
      evaluation,
      uploads,
      contributed,
      rejected,
      metrics,
      state,
      down,
      report,
      bytesUp,
      bytesDown,
      buffers,
    });
  }

  const clients = new Map<string, Required<Pick<PlainClient, 'parameters' | 'buffers' | 'state'>>>();
  for (const [id, learner] of learners) {
    const numbers = { parameters: await learner.read('all'), buffers: await learner.read('buffers') };
    clients.set(id, { ...numbers, state: states.get(id)! });
  }
  return { rounds, evaluation, clients };
}

/** The codecs of both directions, as one side knows the sizes of their axes. */
export function codecsOf(
  strategy: AnyStrategy,
  axes: ReturnType<typeof axisSizes>,
  { classes, prototypes }: { readonly classes: number; readonly prototypes?: PrototypeEncoding | undefined },
): { readonly down: MessageCodec<MessageSchema>; readonly up: MessageCodec<MessageSchema> } {
  const codec = (direction: 'down' | 'up'): MessageCodec<MessageSchema> =>
    createCodec(strategy[direction] as MessageSchema, {
      axes,
      what: `${strategyName(strategy)} ${direction}`,
      classes,
      ...(prototypes && { prototypes }),
    });
  return { down: codec('down'), up: codec('up') };
}
