import type { ClientReply, ClientTask } from '@protonorm/protocol';
import {
  axisSizes,
  createCodec,
  resolveHyper,
  strategyName,
  type AnyStrategy,
  type ClientContext,
  type ClientRoundResult,
  type CreateLearner,
  type FederationInfo,
  type HyperSchema,
  type LocalTraining,
  type MessageSchema,
  type PrototypeEncoding,
  type TrainingStep,
} from '@protonorm/strategy';
import { ProtoNormError, type DataSlice, type Learner, type Rng, type StateTree } from '@protonorm/tensor';
import { checkClientModel, checkLocalTraining } from './check-client.ts';
import { evaluateClient } from './evaluate.ts';

/** What a client of a federation is made of. */
export interface FederationClientOptions {
  readonly id: string;
  readonly strategy: AnyStrategy;
  /** Values that differ from the strategy's defaults. */
  readonly hyper?: Readonly<Record<string, unknown>>;
  readonly federation: FederationInfo;
  /** The client's own model; the caller keeps and disposes it. */
  readonly learner: Learner;
  readonly createLearner: CreateLearner;
  /** Training samples, possibly none. */
  readonly train: DataSlice;
  /** Test samples, possibly none. */
  readonly test: DataSlice;
  readonly local: LocalTraining;
  /** The run's root stream; the client draws from `round / id` below it. */
  readonly rng: Rng;
  /** Private state of the strategy to go on with; left out = a new client. */
  readonly state?: StateTree;
  /** How class tables travel, both ways; that of the server. @defaultValue float32, all coordinates */
  readonly prototypeEncoding?: PrototypeEncoding;
  /** Samples of one forward pass in evaluation, an integer >= 1. @defaultValue 256 */
  readonly evaluationBatchSize?: number;
  /** Sees each training step. */
  readonly onStep?: (step: TrainingStep) => void;
  /** Runs each part of a task: 'message decoded', 'received', 'evaluation', 'training', 'message encoded'. */
  readonly measure?: Measure;
}

/** Runs some work; whoever gives it may look at the time that the section takes. */
export type Measure = <T>(section: string, work: () => T) => T;

/** A client of a federation: answers the tasks of the round engine, keeps model and state. */
export interface FederationClient {
  readonly id: string;
  /**
   * Receives, evaluates, trains and answers, as the task asks; a `TaskHandler` of `@protonorm/protocol`.
   *
   * Tasks are done one after the other: one that comes while an aborted one is still ending waits for it. A task that fails
   * leaves the strategy's state as it was; the model keeps the steps that it made.
   *
   * @throws `invalid-strategy` for a task of another strategy or version, `message-corrupt` and `schema-violation` for a
   *   bad download or an upload that breaks the schema, `shape-mismatch` and `not-finite` for scores and metrics of the
   *   strategy that break its contract, `diverged`, and the reason of the signal
   */
  handle(task: ClientTask, options: { readonly signal: AbortSignal }): Promise<ClientReply>;
  /** The strategy's private state after the last task. */
  state(): StateTree;
}

/**
 * Makes a client; see {@link FederationClientOptions}.
 *
 * @throws `invalid-model` when the model fits neither the federation nor the data, `invalid-hyper`, `invalid-argument` for
 *   local training without epochs and for an encoding of prototypes that there is not
 * @example
 * ```ts
 * import { createFederationClient } from '@protonorm/fl-client';
 * import { local } from '@protonorm/strategies';
 * import { toyFederation } from '@protonorm/strategy/testkit';
 * import { createRng } from '@protonorm/tensor';
 * import { createOracleBackend } from '@protonorm/tensor/testkit';
 * const { federation, clients: [{ id, spec, parameters, train, test }], local: training } = toyFederation({});
 * const backend = createOracleBackend();
 * const client = createFederationClient({
 *   id, strategy: local, federation, train, test, local: training, rng: createRng(7),
 *   learner: await backend.createLearner(spec, { parameters }),
 *   createLearner: (model, initial) => backend.createLearner(model, initial),
 * });
 * const task = { strategy: 'local@1', round: 0, down: null, evaluate: true, train: true };
 * const reply = await client.handle(task, { signal: new AbortController().signal });
 * [reply.up, reply.evaluation?.samples]; // => [null, 16]
 * ```
 */
export function createFederationClient(options: FederationClientOptions): FederationClient {
  const { id, strategy, federation, learner, createLearner, train, test, local, rng } = options;
  const { evaluationBatchSize = 256, measure = (_section, work) => work() } = options;
  const name = strategyName(strategy);
  const hyper = resolveHyper(strategy.hyper as HyperSchema, options.hyper);
  checkClientModel(id, learner.plan.spec, { federation, train, test });
  checkLocalTraining(local);
  const axes = axisSizes(strategy, { federation, hyper, plan: learner.plan });
  const codec = (direction: 'down' | 'up') =>
    createCodec(strategy[direction] as MessageSchema, {
      axes,
      what: `${name} ${direction}`,
      classes: federation.classes,
      ...(options.prototypeEncoding && { prototypes: options.prototypeEncoding }),
    });
  const down = codec('down');
  const up = codec('up');
  let state: StateTree =
    options.state === undefined
      ? (strategy.client.init({ clientId: id, federation, hyper }) as StateTree)
      : options.state;

  const answer = async (task: ClientTask, signal: AbortSignal): Promise<ClientReply> => {
    signal.throwIfAborted();
    if (task.strategy !== name) {
      throw new ProtoNormError(
        'invalid-strategy',
        `${id} runs ${name}, but the task is of ${task.strategy}.`,
        {
          received: task.strategy,
          expected: name,
          hint: 'Install the same version on both sides.',
        },
      );
    }
    const context: ClientContext<HyperSchema, MessageSchema, StateTree> = {
      clientId: id,
      federation,
      hyper,
      round: task.round,
      down: measure('message decoded', () => (task.down === null ? undefined : down.decode(task.down))),
      state,
      learner,
      createLearner,
      signal,
    };
    if (strategy.client.receive) await measure('received', () => strategy.client.receive!(context));
    const evaluation = task.evaluate
      ? await measure('evaluation', () =>
          evaluateClient(strategy, context, { test, batchSize: evaluationBatchSize }),
        )
      : undefined;
    const reply = { clientId: id, round: task.round, ...(evaluation && { evaluation }) };
    if (!task.train) return { ...reply, up: null, metrics: {} };

    learner.resetOptimiser();
    learner.clearGradients();
    const result = (await measure('training', () =>
      strategy.client.round({
        ...context,
        data: train,
        local,
        rng: rng.split('round', task.round, id),
        ...(options.onStep && { onStep: options.onStep }),
      }),
    )) as ClientRoundResult<MessageSchema, StateTree>;
    const bytes = measure('message encoded', () => (result.up === null ? null : up.encode(result.up)));
    const metrics = checkMetrics(result.metrics ?? {}, name);
    state = result.state; // last: a round that failed has not changed it
    return { ...reply, up: bytes, metrics };
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    id,
    state: () => state,
    handle(task, { signal }) {
      const reply = last.then(() => answer(task, signal));
      last = reply.catch(() => undefined); // a task that failed must not stop those behind it
      return reply;
    },
  };
}

function checkMetrics(
  metrics: Readonly<Record<string, number>>,
  strategy: string,
): Readonly<Record<string, number>> {
  for (const [name, value] of Object.entries(metrics)) {
    if (Number.isFinite(value)) continue;
    throw new ProtoNormError('not-finite', `The metric '${name}' of ${strategy} is ${value}.`, {
      received: value,
      hint: 'Leave it out where it has no value.',
    });
  }
  return metrics;
}
