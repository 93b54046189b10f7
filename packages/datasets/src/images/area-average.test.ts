import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { areaAverage } from './area-average.ts';
import type { DecodedImage } from './image-decoder.ts';

const image = (
  width: number,
  height: number,
  value: (x: number, y: number, c: number) => number,
): DecodedImage => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    value(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3),
  ),
});
const side = fc.integer({ min: 1, max: 20 });
const randomImage = (width: number, height: number) =>
  fc
    .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
    .map((pixels): DecodedImage => ({ width, height, pixels }));

describe('areaAverage', () => {
  it('averages blocks where they fit, rounding half up', () => {
    const given = image(4, 2, (x, y, c) => 10 * x + 100 * y + c);
    // Blocks {0, 10, 100, 110} and {20, 30, 120, 130}, and + c.
    expect([...areaAverage(given, [1, 2])]).toEqual([55, 56, 57, 75, 76, 77]);
    expect([
      ...areaAverage(
        image(2, 2, (x) => x),
        [1, 1],
      ),
    ]).toEqual([1, 1, 1]);
  });

  it('weighs pixels by the part that is covered', () => {
    // Three to two: (1 * 30 + 0.5 * 90) / 1.5 = 50 and (0.5 * 90 + 1 * 150) / 1.5 = 130.
    const given = image(3, 3, (x) => [30, 90, 150][x]);
    expect([...areaAverage(given, [2, 2])].filter((_, i) => i % 3 === 0)).toEqual([50, 130, 50, 130]);
  });

  it('takes the centre of an image with another ratio of sides', () => {
    const wide = image(8, 2, (x) => (x >= 3 && x < 5 ? 200 : 0));
    expect([...areaAverage(wide, [1, 1])]).toEqual([200, 200, 200]);
    const tall = image(1, 4, (_, y) => 10 * y);
    expect([...areaAverage(tall, [1, 1])]).toEqual([15, 15, 15]);
  });

  it('equals the sum over blocks at whole ratios', () => {
    const cases = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }))
      .chain(([w, h, k]) => fc.tuple(fc.constant([w, h, k] as const), randomImage(w * k, h * k)));
    fc.assert(
      fc.property(cases, ([[w, h, k], { width, height, pixels }]) => {
        const small = areaAverage({ width, height, pixels }, [h, w]);
        for (let i = 0; i < small.length; i++) {
          const [x, y] = [Math.floor(i / 3) % w, Math.floor(i / 3 / w)];
          let sum = 0;
          for (let dy = 0; dy < k; dy++) {
            for (let dx = 0; dx < k; dx++) sum += pixels[((y * k + dy) * width + x * k + dx) * 3 + (i % 3)];
          }
          // Shares of a third add up to a half only up to rounding: half up or half down are both right there.
          expect(Math.abs(small[i] - sum / (k * k))).toBeLessThanOrEqual(0.5);
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('keeps one colour at every size, stays within the values, and leaves an image of the size alone', () => {
    const cases = fc.tuple(side, side).chain(([w, h]) => fc.tuple(randomImage(w, h), side, side));
    fc.assert(
      fc.property(cases, fc.nat(255), ([given, h, w], value) => {
        const { width, height, pixels } = given;
        const plain = areaAverage({ width, height, pixels: pixels.map(() => value) }, [h, w]);
        expect(plain).toEqual(new Uint8Array(h * w * 3).fill(value));
        const sized = areaAverage(given, [h, w]);
        expect(sized.length).toBe(h * w * 3);
        expect(Math.max(...sized)).toBeLessThanOrEqual(Math.max(...pixels));
        expect(Math.min(...sized)).toBeGreaterThanOrEqual(Math.min(...pixels));
        expect(areaAverage(given, [height, width])).toEqual(pixels);
      }),
      { seed: 4 },
    );
  });
});
