import type { ClientReply, ClientTask } from '@protonorm/protocol';
import type { FederationInfo, LocalTraining, PrototypeEncoding } from '@protonorm/strategy';
import type { Dataset, ModelSpec, RngLabel, StateTree } from '@protonorm/tensor';
import type { SectionTimes } from '../profile/profiler.ts';

/** A client as plain data. */
export interface SimulatedClient {
  readonly id: string;
  readonly model: ModelSpec;
  /** Positions of its samples in the data set, in the order of its batches. */
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** What does not change during a simulation; sent to each worker once. */
export interface SimulationSetup {
  /** Its arrays lie on shared memory when there are workers. */
  readonly dataset: Dataset;
  readonly clients: readonly SimulatedClient[];
  readonly federation: FederationInfo;
  readonly hyper: Readonly<Record<string, unknown>>;
  readonly local: LocalTraining;
  readonly seed: RngLabel;
  /** How class tables travel. @defaultValue float32, all coordinates */
  readonly prototypeEncoding?: PrototypeEncoding;
}

/** The numbers of a client's model. */
export interface ModelNumbers {
  readonly parameters: Float32Array;
  readonly buffers: Float32Array;
  /**
   * Names the numbers: those of one client with the same revision are the same, so that a learner that holds them still need
   * not be written again. Without it, nothing is known of them.
   */
  readonly revision?: number;
}

/** What a client carries from task to task; held outside of the workers. */
export interface ClientState extends ModelNumbers {
  /** The strategy's private state; undefined = not yet made. */
  readonly strategy: StateTree | undefined;
}

/** One task of one client. */
export interface ClientJob {
  readonly clientIndex: number;
  readonly task: ClientTask;
  readonly state: ClientState;
  /**
   * Gives room for the model's numbers as the job leaves them, and their revision; asked when the job begins. Without it,
   * they come in fresh arrays.
   */
  readonly room?: () => ModelNumbers;
}

/** What a job gives. */
export interface ClientJobResult {
  readonly reply: ClientReply;
  readonly state: ClientState;
  /** Where the time went, when it is measured. */
  readonly times?: SectionTimes;
}

/** Runs jobs, each to the same bits wherever and whenever it runs. */
export interface ClientExecutor extends AsyncDisposable {
  /** For manifests: 'in-process', '2 workers'. */
  readonly description: string;
  /** Its jobs run in other threads: room on shared memory spares them copies. */
  readonly otherThreads?: boolean;
  run(job: ClientJob, options: { readonly signal: AbortSignal }): Promise<ClientJobResult>;
}
