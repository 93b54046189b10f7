import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insideTaps, usefulShare, type ConvolutionGeometry } from './convolution-geometry.ts';

const geometries: fc.Arbitrary<ConvolutionGeometry> = fc
  .record({
    kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    padding: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
    input: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
  })
  .map((parts) => {
    const extent = (axis: 0 | 1): number =>
      Math.floor((parts.input[axis] + 2 * parts.padding[axis] - parts.kernel[axis]) / parts.stride[axis]) + 1;
    return { ...parts, output: [extent(0), extent(1)] as const };
  })
  .filter(({ output }) => output[0] >= 1 && output[1] >= 1);

/** All pairs of a tap and an output whose input lies inside, one by one. */
function pairs({ kernel, stride, padding, input, output }: ConvolutionGeometry): Set<string> {
  const found = new Set<string>();
  for (let ky = 0; ky < kernel[0]; ky++)
    for (let kx = 0; kx < kernel[1]; kx++)
      for (let y = 0; y < output[0]; y++)
        for (let x = 0; x < output[1]; x++) {
          const inputY = y * stride[0] + ky - padding[0];
          const inputX = x * stride[1] + kx - padding[1];
          if (inputY >= 0 && inputY < input[0] && inputX >= 0 && inputX < input[1])
            found.add(`${ky * kernel[1] + kx}:${y}:${x}:${inputY}:${inputX}`);
        }
  return found;
}

describe('insideTaps', () => {
  it('holds exactly the products that are not with padding', () => {
    fc.assert(
      fc.property(geometries, (geometry) => {
        const found = new Set<string>();
        for (const tap of insideTaps(geometry)) {
          for (let y = 0; y < tap.height; y++)
            for (let x = 0; x < tap.width; x++)
              found.add(
                [
                  tap.index,
                  tap.y + y,
                  tap.x + x,
                  tap.inputY + y * geometry.stride[0],
                  tap.inputX + x * geometry.stride[1],
                ].join(':'),
              );
        }
        expect(found).toEqual(pairs(geometry));
      }),
    );
  });

  it('begins with a tap that reaches all outputs, where there is one', () => {
    const geometry = {
      kernel: [3, 3],
      stride: [1, 1],
      padding: [1, 1],
      input: [2, 2],
      output: [2, 2],
    } as const;
    expect(insideTaps(geometry)[0]).toMatchObject({ index: 4, height: 2, width: 2 });
    expect(usefulShare(geometry)).toBeCloseTo(16 / 36);
  });
});
