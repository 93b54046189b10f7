import type { RunEvent } from '../run/run-event.ts';
import { copySnapshot } from './copy-snapshot.ts';
import type { RunSnapshot, RunStore } from './run-store.ts';

/** A run store in memory, whose events can be looked at. */
export interface MemoryStore extends RunStore {
  /** All events so far, as they were given; grows with the run. */
  readonly events: readonly RunEvent[];
}

/**
 * A run store that lives as long as the process: for tests and for runs whose record nobody needs.
 *
 * @example
 * ```ts
 * import { createMemoryStore } from '@protonorm/protocol';
 * const store = createMemoryStore();
 * await store.saveSnapshot({ round: 1, engine: Uint8Array.of(1, 2), clients: new Map(), prototypes: {} });
 * (await store.loadSnapshot())?.round; // => 1
 * ```
 */
export function createMemoryStore(): MemoryStore {
  const events: RunEvent[] = [];
  let latest: RunSnapshot | undefined;
  return {
    events,
    async appendEvent(event) {
      events.push(event);
    },
    async saveSnapshot(snapshot) {
      latest = copySnapshot(snapshot);
    },
    async loadSnapshot() {
      return latest && copySnapshot(latest);
    },
  };
}
