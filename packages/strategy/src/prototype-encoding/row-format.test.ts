import { describe, expect, it } from 'vitest';
import { rowFormats } from './row-format.ts';

const LARGEST = 3.4028234663852886e38;
const SMALLEST = 2 ** -149;

describe('a row of halves', () => {
  const { quantise, restore } = rowFormats.float16;
  const roundTrip = (...row: number[]): number[] => {
    const { stored, scale } = quantise(Float32Array.from(row), false);
    return [...restore(stored, scale)];
  };

  it('has the power of two that takes its largest number to the top of the range', () => {
    const { stored, scale } = quantise(Float32Array.of(1, -0.5, 0), false);
    expect(scale).toBe(-15);
    expect([...stored]).toEqual([0x7800, 0x8000 | 0x7400, 0]); // 2^15, -2^14
  });

  it('takes numbers that no half could, to 11 bits', () => {
    expect(roundTrip(1e6, 70000)).toEqual([999936, 70016]); // multiples of 512 and 64
    expect(roundTrip(1 + 2 ** -11, 1 + 3 * 2 ** -11)).toEqual([1, 1 + 2 ** -9]); // to even
  });

  it('is exact at both ends of float32, but for the rounding', () => {
    expect(roundTrip(LARGEST, 1, -LARGEST)).toEqual([65504 * 2 ** 112, 0, -65504 * 2 ** 112]);
    expect(roundTrip(SMALLEST, -3 * SMALLEST, -0)).toEqual([SMALLEST, -3 * SMALLEST, -0]);
    expect(roundTrip(0, -0)).toEqual([0, -0]);
  });

  it('that rounds up to the next power of two has the scale of that', () => {
    expect(quantise(Float32Array.of(2 - 2 ** -20), false).scale).toBe(-14);
    expect(quantise(Float32Array.of(2 - 2 ** -20), true).scale).toBe(-15);
    expect(roundTrip(2 - 2 ** -20)).toEqual([2]);
  });

  it('towards zero is no longer than it was', () => {
    const { stored, scale } = quantise(Float32Array.of(2 - 2 ** -20, -1 - 2 ** -11, 2 ** -60), true);
    expect([...restore(stored, scale)]).toEqual([2 - 2 ** -10, -1, 0]);
  });
});

describe('a row of bytes', () => {
  const { quantise, restore } = rowFormats.int8;

  it('has 127 for its largest number', () => {
    const { stored, scale } = quantise(Float32Array.of(127, -127, 63.4, 63.6, -0.4, 0), false);
    expect(scale).toBe(1);
    expect([...stored]).toEqual([127, -127, 63, 64, 0, 0]);
    expect([...restore(stored, scale)]).toEqual([127, -127, 63, 64, 0, 0]);
  });

  it('rounds half a step away from zero, on both sides', () => {
    expect([...quantise(Float32Array.of(127, 2.5, -2.5), false).stored]).toEqual([127, 3, -3]);
    expect([...quantise(Float32Array.of(127, 2.9, -2.9), true).stored]).toEqual([127, 2, -2]);
  });

  it('has a scale of 17 bits, not above a 127th', () => {
    const { scale } = quantise(Float32Array.of(1), false);
    expect(scale * 2 ** 23).toBe(Math.floor(2 ** 23 / 127)); // 2^-7 < 1 / 127 < 2^-6
    expect(scale).toBeLessThanOrEqual(1 / 127);
  });

  it('takes both ends of float32', () => {
    const { stored, scale } = quantise(Float32Array.of(LARGEST, -LARGEST), false);
    expect([...stored]).toEqual([127, -127]);
    expect(restore(stored, scale).every(Number.isFinite)).toBe(true);
    const tiny = quantise(Float32Array.of(SMALLEST, 0), false);
    expect(tiny).toEqual({ stored: Int8Array.of(0, 0), scale: 2 ** -133 });
  });
});
