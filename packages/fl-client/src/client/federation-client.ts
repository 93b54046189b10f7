import type { ClientReply, ClientTask } from '@protonorm/protocol';
import {
  createCodec,
  resolveHyper,
  strategyName,
  type AnyStrategy,
  type ClientContext,
  type CreateLearner,
  type FederationInfo,
  type HyperSchema,
  type LocalTraining,
  type MessageSchema,
  type TrainingStep,
} from '@protonorm/strategy';
import { ProtoNormError, type DataSlice, type Learner, type Rng, type StateTree } from '@protonorm/tensor';
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
  /** Samples of one forward pass in evaluation. @defaultValue 256 */
  readonly evaluationBatchSize?: number;
  /** Sees each training step. */
  readonly onStep?: (step: TrainingStep) => void;
}

/** A client of a federation: answers the tasks of the round engine, keeps model and state. */
export interface FederationClient {
  readonly id: string;
  /**
   * Receives, evaluates, trains and answers, as the task asks.
   *
   * @throws `invalid-strategy` for a task of another strategy or version, `message-corrupt` and `schema-violation` for a
   *   bad download or an upload that breaks the schema, `diverged`, and the reason of the signal
   */
  handle(task: ClientTask, options: { readonly signal: AbortSignal }): Promise<ClientReply>;
  /** The strategy's private state after the last task. */
  state(): StateTree;
}

/** Makes a client; see {@link FederationClientOptions}. */
export function createFederationClient(options: FederationClientOptions): FederationClient {
  const { id, strategy, federation, learner, createLearner, train, test, local, rng } = options;
  const { evaluationBatchSize = 256 } = options;
  const hyper = resolveHyper(strategy.hyper as HyperSchema, options.hyper);
  const { size, spec } = learner.plan;
  if (spec.features !== federation.features || spec.classes !== federation.classes) {
    throw new ProtoNormError(
      'invalid-model',
      `The model '${spec.name}' of ${id} has ${spec.features} features and ${spec.classes} classes; the federation has ${federation.features} and ${federation.classes}.`,
      { received: [spec.features, spec.classes], expected: [federation.features, federation.classes] },
    );
  }
  const axes = { d: spec.features, C: spec.classes, P: size.all, E: size.encoder, H: size.head };
  const codecOptions = (direction: string) => ({
    axes,
    what: `${strategyName(strategy)} ${direction}`,
    classes: federation.classes,
  });
  const down = createCodec(strategy.down as MessageSchema, codecOptions('down'));
  const up = createCodec(strategy.up as MessageSchema, codecOptions('up'));
  let state: StateTree =
    options.state ?? (strategy.client.init({ clientId: id, federation, hyper }) as StateTree);

  return {
    id,
    state: () => state,
    async handle(task, { signal }) {
      signal.throwIfAborted();
      if (task.strategy !== strategyName(strategy)) {
        throw new ProtoNormError(
          'invalid-strategy',
          `${id} runs ${strategyName(strategy)}, but the task is of ${task.strategy}.`,
          {
            received: task.strategy,
            expected: strategyName(strategy),
            hint: 'Install the same version on both sides.',
          },
        );
      }
      const context: ClientContext<HyperSchema, MessageSchema, StateTree> = {
        clientId: id,
        federation,
        hyper,
        round: task.round,
        down: task.down === null ? undefined : down.decode(task.down),
        state,
        learner,
        createLearner,
        signal,
      };
      await strategy.client.receive?.(context);
      const evaluation = task.evaluate
        ? await evaluateClient(strategy, context, { test, batchSize: evaluationBatchSize })
        : undefined;
      if (!task.train)
        return { clientId: id, round: task.round, ...(evaluation && { evaluation }), up: null, metrics: {} };

      learner.resetOptimiser();
      learner.clearGradients();
      const result = await strategy.client.round({
        ...context,
        data: train,
        local,
        rng: rng.split('round', task.round, id),
        ...(options.onStep && { onStep: options.onStep }),
      });
      const bytes = result.up === null ? null : up.encode(result.up as never);
      state = result.state as StateTree;
      return {
        clientId: id,
        round: task.round,
        ...(evaluation && { evaluation }),
        up: bytes,
        metrics: result.metrics ?? {},
      };
    },
  };
}
