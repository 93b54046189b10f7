import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectClients } from './select-clients.ts';

const ids = (n: number): string[] =>
  Array.from({ length: n }, (_, i) => `client-${String(i).padStart(3, '0')}`);

describe('selectClients', () => {
  it('draws a sorted part without repetition, at least one, and leaves its argument alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer(),
        (n, percent, seed) => {
          const clients = ids(n);
          const participation = percent / 100;
          const selected = selectClients(clients, { participation, rng: createRng(seed) });
          expect(clients).toEqual(ids(n));
          expect(selected.length).toBe(Math.min(n, Math.max(1, Math.round(participation * n))));
          expect(new Set(selected).size).toBe(selected.length);
          expect(selected).toEqual(selected.toSorted());
          expect(clients).toEqual(expect.arrayContaining([...selected]));
          expect(selectClients(clients, { participation, rng: createRng(seed) })).toEqual(selected);
        },
      ),
      { seed: 8 },
    );
  });

  it('takes all when all take part, and nobody when nobody is there', () => {
    expect(selectClients(ids(4), { participation: 1, rng: createRng(1) })).toEqual(ids(4));
    expect(selectClients([], { participation: 0.5, rng: createRng(1) })).toEqual([]);
  });

  it('selects everybody equally often', () => {
    const clients = ids(10);
    const counts = new Map(clients.map((id) => [id, 0]));
    for (let round = 0; round < 2000; round++) {
      for (const id of selectClients(clients, { participation: 0.3, rng: createRng(5).split(round) })) {
        counts.set(id, counts.get(id)! + 1);
      }
    }
    // 600 expected, standard deviation 20.5
    for (const count of counts.values()) expect(Math.abs(count - 600)).toBeLessThan(4 * 20.5);
  });
});
