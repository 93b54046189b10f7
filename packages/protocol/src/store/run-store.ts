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
 *
 * The store keeps no array that it is given and gives out none that it keeps: both sides may change theirs.
 *
 * Every store passes `testRunStore` of `@protonorm/protocol/testkit`.
 */
export interface RunStore {
  /**
   * Adds an event behind all others. The engine writes the events of a round before the round's snapshot; a store may
   * drop those of rounds behind its latest snapshot when it is opened again, since these rounds happen again.
   */
  appendEvent(event: RunEvent): Promise<void>;
  /** Replaces the snapshot to resume from; prototypes of earlier rounds are kept. Rounds never go back. */
  saveSnapshot(snapshot: RunSnapshot): Promise<void>;
  /** The snapshot that was saved last; undefined = none yet. @throws `snapshot-corrupt` */
  loadSnapshot(): Promise<RunSnapshot | undefined>;
}
