import { createMemoryStore, type RunEvent, type RunSnapshot, type RunStore } from '@protonorm/protocol';
import { describe, expect, it } from 'vitest';
import { writeBehind } from './write-behind.ts';

const event = (round: number): RunEvent => ({ type: 'round-started', round, selected: [] });
const snapshot = (round: number, vectors = Float32Array.of(round)): RunSnapshot => ({
  round,
  engine: Uint8Array.of(round),
  clients: new Map(),
  prototypes: { means: { dim: 1, classes: Int32Array.of(0), counts: Float64Array.of(1), vectors } },
});

/** A store whose snapshots wait for a gate, with a record of what was written. */
function gated(fails?: (round: number) => boolean) {
  const inner = createMemoryStore();
  const written: string[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const store: RunStore = {
    async appendEvent(given) {
      await inner.appendEvent(given);
      written.push(`event ${(given as { round: number }).round}`);
    },
    async saveSnapshot(given) {
      await gate;
      if (fails?.(given.round)) throw new Error('the disk is full');
      await inner.saveSnapshot(given);
      written.push(`snapshot ${given.round}`);
    },
    loadSnapshot: () => inner.loadSnapshot(),
  };
  return { store, written, open: () => open() };
}

describe('writeBehind', () => {
  it('answers before it has written, and writes in order', async () => {
    const { store, written, open } = gated();
    const behind = writeBehind(store);
    await behind.appendEvent(event(0));
    const vectors = Float32Array.of(1);
    await behind.saveSnapshot(snapshot(1, vectors));
    vectors[0] = 7; // the caller's own again
    await behind.appendEvent(event(1));
    const second = behind.saveSnapshot(snapshot(2));
    expect(written.join()).not.toContain('snapshot');
    open();
    await second;
    expect(written).toContain('snapshot 1'); // at most one snapshot late
    expect((await store.loadSnapshot())?.prototypes.means.vectors[0]).not.toBe(7);
    await behind.flush();
    expect(written).toEqual(['event 0', 'snapshot 1', 'event 1', 'snapshot 2']);
    expect((await behind.loadSnapshot())?.round).toBe(2);
  });

  it('tells an error with the next call, and writes nothing behind it', async () => {
    const { store, written, open } = gated((round) => round === 1);
    const behind = writeBehind(store);
    await behind.saveSnapshot(snapshot(1));
    open();
    await expect(behind.saveSnapshot(snapshot(2))).rejects.toThrow('the disk is full');
    await expect(behind.appendEvent(event(2))).rejects.toThrow('the disk is full');
    await expect(behind.flush()).rejects.toThrow('the disk is full');
    expect(written).toEqual([]);
  });
});
