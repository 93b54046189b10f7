import type { RunSnapshot, RunStore } from '@protonorm/protocol';
import type { Prototypes } from '@protonorm/tensor';

/** A store that answers before it has written. */
export interface StoreBehind extends RunStore {
  /** Waits until everything is written. @throws what a write has thrown */
  flush(): Promise<void>;
}

/**
 * Writes events and snapshots while the run goes on, in their order, at most one snapshot late: that of a round is complete
 * when the next one ends, or the run does. What is lost when the process is killed in between happens again on resuming,
 * to the same bits. An error of a write is told by the next call.
 */
export function writeBehind(store: RunStore): StoreBehind {
  let queue: Promise<void> = Promise.resolve();
  let snapshot: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  const enqueue = (write: () => Promise<void>): Promise<void> => {
    queue = queue.then(async () => {
      if (failure !== undefined) return;
      try {
        await write();
      } catch (error) {
        failure = { error };
      }
    });
    return queue;
  };
  const check = (): void => {
    if (failure !== undefined) throw failure.error;
  };
  return {
    async appendEvent(event) {
      check();
      void enqueue(() => store.appendEvent(event));
    },
    async saveSnapshot(latest) {
      await snapshot;
      check();
      const kept = withOwnTables(latest);
      snapshot = enqueue(() => store.saveSnapshot(kept));
    },
    async loadSnapshot() {
      await queue;
      check();
      return store.loadSnapshot();
    },
    async flush() {
      await queue;
      check();
    },
  };
}

/** `simulate` leaves the bytes of a snapshot as they are until the next is taken; its tables may be the strategy's own. */
function withOwnTables(snapshot: RunSnapshot): RunSnapshot {
  return {
    ...snapshot,
    prototypes: Object.fromEntries(
      Object.entries(snapshot.prototypes).map(([name, table]) => [name, copyOf(table)]),
    ),
  };
}

function copyOf({ dim, classes, counts, vectors }: Prototypes): Prototypes {
  return { dim, classes: classes.slice(), counts: counts.slice(), vectors: vectors.slice() };
}
