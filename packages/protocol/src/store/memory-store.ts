import type { RunEvent } from '../run/run-event.ts';
import type { RunSnapshot, RunStore } from './run-store.ts';

/** A run store that lives as long as the process: for tests and for runs whose record nobody needs. */
export function createMemoryStore(): RunStore & { readonly events: readonly RunEvent[] } {
  const events: RunEvent[] = [];
  let latest: RunSnapshot | undefined;
  return {
    events,
    async appendEvent(event) {
      events.push(event);
    },
    async saveSnapshot(snapshot) {
      latest = snapshot;
    },
    async loadSnapshot() {
      return latest;
    },
  };
}
