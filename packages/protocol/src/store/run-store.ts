import type { Prototypes } from '@protonorm/tensor';
import type { RunEvent } from '../run/run-event.ts';

/** The engine's state behind a round: enough, with the clients' states, to go on to the same bits. */
export interface RunSnapshot {
  /** Rounds of training that are finished. */
  readonly round: number;
  /** Encoded state of the engine: server state, download, history. */
  readonly engine: Uint8Array;
  /** Encoded client states by client id, where the host keeps them (simulations); empty in a deployment. */
  readonly clients: ReadonlyMap<string, Uint8Array>;
  /** Tables of this round worth keeping: what went down, and what the strategy reported. */
  readonly prototypes: Readonly<Record<string, Prototypes>>;
}

/**
 * Where a run is kept. Calls of one run come one after the other; a call that resolves has made its data durable, one
 * that rejects has left what was there as it was.
 */
export interface RunStore {
  appendEvent(event: RunEvent): Promise<void>;
  /** Replaces the snapshot to resume from; prototypes of earlier rounds are kept. */
  saveSnapshot(snapshot: RunSnapshot): Promise<void>;
  /** The latest snapshot; undefined = none yet. @throws `snapshot-corrupt` */
  loadSnapshot(): Promise<RunSnapshot | undefined>;
}
