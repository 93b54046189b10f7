import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Storage } from '../graph/storage.ts';
import { placeStorages } from './place-storages.ts';

const storages = fc
  .array(
    fc.record({
      size: fc.integer({ min: 1, max: 2000 }),
      first: fc.integer({ min: 0, max: 30 }),
      length: fc.integer({ min: 0, max: 20 }),
      halo: fc.constantFrom(0, 0, 1),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((all) =>
    all.map(({ size, first, length, halo }, i) => {
      const storage = new Storage(`s${i}`, { height: 1, width: 1, channels: size });
      storage.halo = halo;
      storage.touch(first);
      storage.touch(first + length);
      return storage;
    }),
  );

describe('placeStorages', () => {
  it('keeps apart what lives at the same time, and what has a halo from everything', () => {
    fc.assert(
      fc.property(storages, fc.integer({ min: 1, max: 5 }), (all, capacity) => {
        const total = placeStorages(all, capacity);
        for (const [i, a] of all.entries()) {
          expect(a.offset % 64).toBe(0);
          expect(a.offset + a.bytes(capacity)).toBeLessThanOrEqual(total);
          for (const b of all.slice(i + 1)) {
            const together = a.halo > 0 || b.halo > 0 || (a.first <= b.last && b.first <= a.last);
            const apart =
              a.offset + a.bytes(capacity) <= b.offset || b.offset + b.bytes(capacity) <= a.offset;
            expect(apart || !together).toBe(true);
          }
        }
      }),
    );
  });

  it('shares places: a chain needs room for two neighbours only', () => {
    const chain = Array.from({ length: 10 }, (_, i) => {
      const storage = new Storage(`s${i}`, { height: 1, width: 1, channels: 16 });
      storage.touch(i);
      storage.touch(i + 1);
      return storage;
    });
    expect(placeStorages(chain, 1)).toBe(128);
  });
});
