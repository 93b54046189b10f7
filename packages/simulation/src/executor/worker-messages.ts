import type { ErrorData, StateTree } from '@protonorm/tensor';
import type { ClientJob, ClientJobResult, ModelNumbers } from './client-job.ts';

/** A job on its way to a worker. */
export interface WorkerJob extends Omit<ClientJob, 'room'> {
  /** On shared memory. */
  readonly room: ModelNumbers | undefined;
}

/** A result on its way back: without the numbers that have been written to their room. */
export interface WorkerResult extends Omit<ClientJobResult, 'state'> {
  /** Numbers of a job without room. */
  readonly numbers: ModelNumbers | undefined;
  readonly strategy: StateTree | undefined;
}

/** What a worker answers. */
export type WorkerAnswer = { readonly result: WorkerResult } | { readonly error: ErrorData };
