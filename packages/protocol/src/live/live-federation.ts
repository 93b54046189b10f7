/** Where a federation stands: devices are missing, rounds go on, all rounds are done, or the run ended with an error. */
export type FederationStatus = 'waiting' | 'running' | 'finished' | 'failed';

/** A federation as a server lists it; plain data. */
export interface LiveFederation {
  readonly name: string;
  /** With its version: `protonorm@2`. */
  readonly strategy: string;
  readonly status: FederationStatus;
  /** Rounds of training that are done, 0..rounds. */
  readonly round: number;
  readonly rounds: number;
  /** Devices that may take part, whether they are connected or not. */
  readonly enrolled: number;
  readonly connected: number;
  /** Why the run ended, where `status` is 'failed'. */
  readonly failure?: { readonly code: string; readonly message: string };
}
