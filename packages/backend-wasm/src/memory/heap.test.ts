import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap, type Block } from './heap.ts';

const MIB = 2 ** 20;

describe('Heap', () => {
  it('gives blocks that never overlap, whatever is freed in between, and takes all of it back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 200_000 }), free: fc.nat() }), {
          maxLength: 60,
        }),
        (steps) => {
          const heap = new Heap(64 * MIB);
          const held: Block[] = [];
          for (const { bytes, free } of steps) {
            const block = heap.allocate(bytes, 'a test');
            expect(block.bytes).toBeGreaterThanOrEqual(bytes);
            expect(block.address % 64).toBe(0);
            const clear = held.every(
              (other) =>
                block.address + block.bytes <= other.address || other.address + other.bytes <= block.address,
            );
            expect(clear).toBe(true);
            held.push(block);
            if (free % 3 === 0) held.splice(free % held.length, 1)[0].free();
          }
          for (const block of held) block.free();
          // Everything is one piece again: the first block lies where the very first one lay.
          expect(heap.allocate(10 * MIB, 'a test').address).toBe(new Heap(MIB).allocate(1, 'a test').address);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gives zeros, also where others have written', () => {
    const heap = new Heap(8 * MIB);
    const first = heap.allocate(4000, 'a test');
    heap.view(first.address, 1000).fill(7);
    first.free();
    const second = heap.allocate(8000, 'a test');
    expect(second.address).toBe(first.address);
    expect(heap.view(second.address, 2000).every((value) => value === 0)).toBe(true);
  });

  it('takes a block back once', () => {
    const heap = new Heap(8 * MIB);
    const a = heap.allocate(64, 'a test');
    const b = heap.allocate(64, 'a test');
    a.free();
    a.free();
    const c = heap.allocate(64, 'a test');
    const d = heap.allocate(64, 'a test');
    expect(new Set([b.address, c.address, d.address]).size).toBe(3);
  });

  it('says what did not fit and how much there is, and goes on', () => {
    const heap = new Heap(2 * MIB);
    const block = heap.allocate(MIB, 'a small model');
    expect(() => heap.allocate(3 * MIB, 'A large model')).toThrow(
      expect.objectContaining({ code: 'out-of-memory', message: expect.stringContaining('A large model') }),
    );
    heap.view(block.address, 4).fill(1);
    block.free();
    expect(heap.allocate(MIB, 'a small model').address).toBe(block.address);
  });
});
