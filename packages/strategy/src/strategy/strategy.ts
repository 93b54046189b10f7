import type {
  Awaitable,
  DataSlice,
  LayerSpec,
  Learner,
  LossTerm,
  ModelSpec,
  Optimiser,
  Prototypes,
  Rng,
  StateTree,
  TrainStepReport,
} from '@protonorm/tensor';
import type { HyperSchema, HyperValues } from '../hyper/hyperparameter.ts';
import type { Reducer } from '../reduce/reducer.ts';
import type { AxisSizes } from '../schema/check-message.ts';
import type { MessageSchema, MessageValue } from '../schema/field.ts';

/** How a client trains in a round; the same for all strategies of a comparison. */
export interface LocalTraining {
  /** Passes over the client's data in a round, >= 1. */
  readonly epochs: number;
  readonly batchSize: number;
  /** Leave out a last batch that is not full; a client with fewer samples than a batch then trains on nothing. */
  readonly dropLast: boolean;
  /** Draw a new order in every epoch; false keeps the order of the partition, as the reference does. */
  readonly shuffle: boolean;
  /** Built anew in each round. */
  readonly optimiser: Optimiser;
}

/** What is known to all parts of a federation before it starts. */
export interface FederationInfo {
  /** C. */
  readonly classes: number;
  /** d. */
  readonly features: number;
  /** Rounds that the run will have. */
  readonly rounds: number;
  /** Number of clients. */
  readonly clients: number;
  /** The model and its first parameters, when all clients have the same model. */
  readonly commonModel?: { readonly spec: ModelSpec; readonly parameters: Float32Array };
  /** The head and its first parameters, when all clients have the same head (their encoders may differ). */
  readonly commonHead?: { readonly layers: readonly LayerSpec[]; readonly parameters: Float32Array };
  /** A small model that is trained beside the clients' own and shared (FML, FedKD, FedMRL), when the run names one. */
  readonly helperModel?: { readonly spec: ModelSpec; readonly parameters: Float32Array };
}

/** Makes a further learner on the host's backend (helper models, a server's own network); the caller disposes it. */
export type CreateLearner = (
  spec: ModelSpec,
  initial: { readonly parameters: Float32Array; readonly buffers?: Float32Array },
) => Awaitable<Learner>;

/** What every function of a client part gets. */
export interface ClientContext<H extends HyperSchema, D extends MessageSchema, CS> {
  readonly clientId: string;
  readonly federation: FederationInfo;
  readonly hyper: HyperValues<H>;
  /** Round, from 0. */
  readonly round: number;
  /** The latest download; undefined before the server has sent one. */
  readonly down: MessageValue<D> | undefined;
  /** The client's private state, kept by the host between rounds; it never leaves the client. */
  readonly state: CS;
  /** The client's own model, as it was at the end of its last round. */
  readonly learner: Learner;
  readonly createLearner: CreateLearner;
  readonly signal: AbortSignal;
}

/** What a client's round gets in addition. */
export interface ClientRoundContext<H extends HyperSchema, D extends MessageSchema, CS> extends ClientContext<
  H,
  D,
  CS
> {
  /** The client's training samples, possibly none. */
  readonly data: DataSlice;
  readonly local: LocalTraining;
  /** The stream of this client in this round; split it by purpose. */
  readonly rng: Rng;
  /** The host's view of each training step, as it happens; `trainLocally` calls it. */
  readonly onStep?: (step: TrainingStep) => void;
}

/** One training step of a client, for progress and for comparisons number by number. */
export interface TrainingStep extends TrainStepReport {
  readonly clientId: string;
  readonly round: number;
  /** In the order of `values`. */
  readonly terms: readonly LossTerm[];
}

/** What a client's round gives. */
export interface ClientRoundResult<U extends MessageSchema, CS> {
  /** The upload; null = nothing to contribute. */
  readonly up: MessageValue<U> | null;
  readonly state: CS;
  /** Numbers for the records, such as mean losses. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Outputs of the client's model for a chunk of samples, in evaluation mode. */
export interface ModelOutputs {
  readonly size: number;
  /** Shape [n, d]. */
  readonly features: Float32Array;
  /** Shape [n, C]. */
  readonly logits: Float32Array;
}

/** A client's model as it predicts, when that is more than its learner alone (FedMRL); opened for each evaluation. */
export interface Evaluator extends Disposable {
  /**
   * @param inputs - shape [n, ...input], float32
   * @returns what `scores` gets, and what the rule of the logits is applied to
   */
  outputs(inputs: Float32Array): Awaitable<ModelOutputs>;
}

/**
 * What a server's beginning gets. It does not mention the state, so that the state's type can be taken from what the
 * beginning returns.
 */
export interface ServerInitContext<H extends HyperSchema> {
  readonly federation: FederationInfo;
  readonly hyper: HyperValues<H>;
  readonly createLearner: CreateLearner;
  readonly rng: Rng;
  readonly signal: AbortSignal;
}

/** What a server's step gets. */
export interface ServerContext<
  H extends HyperSchema,
  D extends MessageSchema,
  SS,
  Reduced,
> extends ServerInitContext<H> {
  readonly round: number;
  readonly state: SS;
  /** What is out at the clients now. */
  readonly down: MessageValue<D> | undefined;
  readonly reduced: Reduced;
}

/** Something in a round that the people who run it should know, with its cause and its remedy. */
export interface StrategyWarning {
  /** Lower-case words with dashes, the same for the same cause: 'prototype-overlap'. */
  readonly code: string;
  /** What was seen, and what to do about it. */
  readonly message: string;
}

/** What a server's step gives. */
export interface ServerStep<D extends MessageSchema, SS> {
  readonly state: SS;
  /** The next download; undefined = there is none. */
  readonly down: MessageValue<D> | undefined;
  /** For the records: tables worth looking at, numbers, and warnings. Not sent. */
  readonly report?: {
    readonly prototypes?: Readonly<Record<string, Prototypes>>;
    readonly metrics?: Readonly<Record<string, number>>;
    readonly warnings?: readonly StrategyWarning[];
  };
}

/** What a strategy needs of its federation; checked before the run. */
export interface Capabilities {
  /** All clients have the same model (parameter averaging). @defaultValue false */
  readonly sameModel?: boolean;
  /** The run names a helper model. @defaultValue false */
  readonly helperModel?: boolean;
  /** A round is only valid with an upload of every client. @defaultValue false */
  readonly needsAllClients?: boolean;
  /** Uploads of an older round may be mixed in, weighted by staleness. @defaultValue false */
  readonly asyncSafe?: boolean;
  /** Clients' heads may differ in shape; false = the federation has a common head. @defaultValue false */
  readonly headsMayDiffer?: boolean;
}

/**
 * A federated strategy as one value: hyperparameters, messages, a client part, a server part and the evaluation rule.
 *
 * All functions are pure over explicit state: they do not change their arguments, keep nothing in closures, and draw
 * random numbers from `rng` alone. The same value runs in a simulation, on a server and in a browser.
 */
export interface Strategy<
  H extends HyperSchema = HyperSchema,
  D extends MessageSchema = MessageSchema,
  U extends MessageSchema = MessageSchema,
  CS extends StateTree = StateTree,
  SS extends StateTree = StateTree,
  Reduced = unknown,
> {
  /** Lower-case name, such as 'fedproto'. */
  readonly id: string;
  /** Raised when a default or the behaviour changes; `id@version` is in every handshake and manifest. */
  readonly version: number;
  /** One sentence for lists and docs. */
  readonly summary: string;
  readonly hyper: H;
  /** Server to client. */
  readonly down: D;
  /** Client to server. */
  readonly up: U;
  readonly capabilities: Capabilities;
  /**
   * Sizes of axes that are the strategy's own, such as `{ G: 4000 }` for a helper's parameters: with them a message of
   * another size is refused at the door. See {@link axisSizes} for the names that are known without.
   */
  readonly axes?: (context: {
    readonly federation: FederationInfo;
    readonly hyper: HyperValues<H>;
  }) => AxisSizes;
  readonly client: {
    init(context: {
      readonly clientId: string;
      readonly federation: FederationInfo;
      readonly hyper: HyperValues<H>;
    }): CS;
    /** Puts a download into the model, before evaluation and before training (FedAvg: the global weights). */
    receive?(context: ClientContext<H, D, CS>): Awaitable<void>;
    round(context: ClientRoundContext<H, D, CS>): Awaitable<ClientRoundResult<U, CS>>;
    /** The model to evaluate, where it is not the learner alone. */
    evaluator?(context: ClientContext<H, D, CS>): Awaitable<Evaluator>;
    /**
     * The evaluation rule: a score for each sample and class, shape [n, C]; the largest wins, the lowest class at a tie.
     * null = no prediction is possible yet. The rule of the logits is always reported beside it.
     */
    scores(context: ClientContext<H, D, CS>, outputs: ModelOutputs): Float32Array | Float64Array | null;
  };
  readonly server: {
    init(context: ServerInitContext<H>): Awaitable<ServerStep<D, SS>>;
    readonly reduce:
      Reducer<MessageValue<U>, Reduced> | ((hyper: HyperValues<H>) => Reducer<MessageValue<U>, Reduced>);
    /** The step after a round with at least one upload. */
    finish(context: ServerContext<H, D, SS, Reduced>): Awaitable<ServerStep<D, SS>>;
  };
}

/** A strategy whose types are not known, as held by engines and registries. */
// oxlint-disable-next-line typescript/no-explicit-any -- a strategy is both producer and consumer of its types
export type AnyStrategy = Strategy<any, any, any, any, any, any>;
