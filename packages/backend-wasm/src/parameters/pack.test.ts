import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packArray, unpackArray } from './pack.ts';
import { roundUp8, type ArrayLayout } from './parameter-layout.ts';

const count = fc.integer({ min: 1, max: 11 });
const layouts: fc.Arbitrary<ArrayLayout> = fc.oneof(
  fc.record({
    kind: fc.constant('packed' as const),
    groups: fc.integer({ min: 1, max: 3 }),
    outputs: count,
    taps: count,
    inputs: count,
  }),
  fc.record({ kind: fc.constant('depthwise' as const), taps: count, channels: count }),
  fc.record({
    kind: fc.constant('vector' as const),
    groups: fc.integer({ min: 1, max: 3 }),
    outputs: count,
  }),
);

function sizes(layout: ArrayLayout): { readonly plain: number; readonly packed: number } {
  switch (layout.kind) {
    case 'packed': {
      const { groups, outputs, taps, inputs } = layout;
      return {
        plain: groups * outputs * taps * inputs,
        packed: groups * roundUp8(outputs) * taps * inputs,
      };
    }
    case 'depthwise':
      return { plain: layout.taps * layout.channels, packed: layout.taps * layout.channels };
    case 'vector':
      return {
        plain: layout.groups * layout.outputs,
        packed: layout.groups * roundUp8(layout.outputs),
      };
  }
}

describe('packArray', () => {
  it('loses nothing, and leaves what rounds up as it was', () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const { plain, packed } = sizes(layout);
        const values = Float32Array.from({ length: plain }, (_, i) => i + 1);
        const memory = new Float32Array(packed);
        packArray(layout, values, memory);
        expect(memory.filter((value) => value !== 0)).toHaveLength(plain);
        const back = new Float32Array(plain);
        unpackArray(layout, memory, back);
        expect(back).toEqual(values);
      }),
    );
  });

  it('puts eight outputs side by side, then inputs, then taps', () => {
    // PyTorch's [9 outputs, 2 inputs, 1, 3]
    const values = Float32Array.from({ length: 54 }, (_, i) => i);
    const packed = new Float32Array(96);
    packArray({ kind: 'packed', groups: 1, outputs: 9, taps: 3, inputs: 2 }, values, packed);
    const at = (panel: number, tap: number, input: number, lane: number): number =>
      packed[panel * 48 + (tap * 2 + input) * 8 + lane];
    expect(at(0, 2, 1, 7)).toBe(7 * 6 + 1 * 3 + 2);
    expect(at(1, 0, 1, 0)).toBe(8 * 6 + 1 * 3 + 0);
  });
});
