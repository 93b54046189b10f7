import fc from 'fast-check';
import type { KernelBench } from './kernel-bench.test-support.ts';

/** A kernel against plain float64 loops. */
export interface KernelCheck {
  /** Throws unless the kernel is right on a number of random cases. */
  readonly holds: (bench: KernelBench, runs: number) => void;
}

/** Makes a check of random cases; `run` calls the kernel and says what must have come out. */
export function kernelCheck<T>(
  cases: fc.Arbitrary<T>,
  run: (bench: KernelBench, example: T) => void,
): KernelCheck {
  return {
    holds(bench, runs) {
      fc.assert(
        fc.property(cases, fc.nat(), (example, seed) => {
          bench.start(seed);
          try {
            run(bench, example);
            bench.finish();
          } finally {
            bench.abandon();
          }
        }),
        { seed: 1, numRuns: runs },
      );
    },
  };
}

const between = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

/** Odd sizes, now and then large enough for the wide paths. */
export const channelCounts: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: between(1, 19) },
  { weight: 1, arbitrary: between(20, 70) },
);

const surroundings = { halo: between(0, 2), slice: between(0, 3) };

/** An image with a halo and other channels around it. */
export const imageShapes = fc.record({
  images: between(1, 3),
  height: between(1, 8),
  width: between(1, 8),
  channels: channelCounts,
  ...surroundings,
});

/** Whether a kernel adds to its output. */
export const flags = between(0, 1);

/** A window over an image: any kernel, stride and padding for which there is an output. */
export const windows = fc
  .record({
    images: between(1, 3),
    height: between(1, 9),
    width: between(1, 9),
    channels: channelCounts,
    ...surroundings,
    kernel: fc.oneof(
      fc.constantFrom<readonly [number, number]>([3, 3], [2, 2], [5, 5]),
      fc.tuple(between(1, 5), between(1, 6)),
    ),
    stride: fc.oneof(
      fc.constantFrom<readonly [number, number]>([1, 1], [2, 2]),
      fc.tuple(between(1, 3), between(1, 3)),
    ),
    padding: fc.tuple(between(0, 2), between(0, 2)),
  })
  .map((w) => {
    const padY = Math.min(w.padding[0], w.kernel[0] - 1);
    const padX = Math.min(w.padding[1], w.kernel[1] - 1);
    const height = Math.max(w.height, w.kernel[0] - 2 * padY);
    const width = Math.max(w.width, w.kernel[1] - 2 * padX);
    const { images, channels, halo, slice } = w;
    return {
      input: { images, height, width, channels, halo, slice },
      output: {
        images,
        height: Math.floor((height + 2 * padY - w.kernel[0]) / w.stride[0]) + 1,
        width: Math.floor((width + 2 * padX - w.kernel[1]) / w.stride[1]) + 1,
        channels,
        halo: slice,
        slice: halo,
      },
      kh: w.kernel[0],
      kw: w.kernel[1],
      strideY: w.stride[0],
      strideX: w.stride[1],
      padY,
      padX,
    };
  });

/** A window of `windows`. */
export type Window = typeof windows extends fc.Arbitrary<infer T> ? T : never;

/** Four numbers of a place in the dense order [image, y, x, channel]. */
export function place(
  { height, width, channels }: { readonly height: number; readonly width: number; readonly channels: number },
  m: number,
): [image: number, y: number, x: number, channel: number] {
  const pixel = Math.floor(m / channels);
  const row = Math.floor(pixel / width);
  return [Math.floor(row / height), row % height, pixel % width, m % channels];
}
