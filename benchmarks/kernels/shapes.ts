/** A convolution or dense layer whose products are timed. */
export interface ProductShape {
  readonly name: string;
  /** What the issue of the kernels asks of it: a share of the peak. */
  readonly goal: number | undefined;
  readonly batch: number;
  /** Output pixels on each axis. */
  readonly size: number;
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
}

const conv = (
  kernel: number,
  [inputs, outputs]: readonly [number, number],
  { size, batch = 32, goal }: { readonly size: number; readonly batch?: number; readonly goal?: number },
): ProductShape => ({
  name: `conv ${kernel}x${kernel} ${inputs}->${outputs} on ${size}x${size}`,
  goal,
  batch,
  size,
  kernel,
  inputs,
  outputs,
});
const dense = (inputs: number, outputs: number): ProductShape => ({
  name: `dense ${inputs}->${outputs}, batch 32`,
  goal: 0.7,
  batch: 32,
  size: 1,
  kernel: 1,
  inputs,
  outputs,
});

/** Layers of the reference's nets, and large ones. */
export const productShapes: readonly ProductShape[] = [
  conv(3, [64, 64], { size: 32, batch: 8, goal: 0.85 }),
  conv(5, [32, 64], { size: 28, batch: 8, goal: 0.85 }),
  conv(3, [128, 128], { size: 16, batch: 16, goal: 0.85 }),
  conv(1, [96, 96], { size: 32, batch: 8, goal: 0.85 }),
  conv(1, [256, 256], { size: 16, batch: 8, goal: 0.85 }),
  dense(1600, 512),
  dense(512, 512),
  dense(1024, 1024),
  conv(5, [3, 32], { size: 28 }),
  conv(7, [3, 64], { size: 16 }),
  conv(1, [16, 96], { size: 16 }),
  conv(1, [96, 24], { size: 16 }),
  conv(1, [58, 58], { size: 4 }),
  conv(1, [960, 160], { size: 1 }),
];
