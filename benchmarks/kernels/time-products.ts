import type { Kernels } from '@protonorm/wasm-kernels';
import type { ProductShape } from './shapes.ts';

/** The three products of a layer. */
export const passes = ['forward', 'input gradient', 'filter gradient'] as const;

/** Calls of one pass over a shape, ready to be timed. */
export interface ProductCall {
  readonly pass: (typeof passes)[number];
  readonly flops: number;
  readonly run: () => void;
}

/** Inputs whose weights are turned at a time, as backend-wasm does. */
const INPUTS_AT_A_TIME = 128;

/** Lays a shape out in memory and returns its three passes, as backend-wasm runs them. Their operands lie apart, and are small numbers. */
export function productCalls(
  kernels: Kernels,
  memory: WebAssembly.Memory,
  { batch, size, kernel, inputs, outputs }: ProductShape,
): readonly ProductCall[] {
  const edge = size + kernel - 1;
  const taps = kernel * kernel;
  const panels = Math.ceil(outputs / 8);
  const scratch = 1024;
  let top = 1 << 20;
  const take = (floats: number): number => {
    const at = top;
    // An odd number of cache lines between them, so that equal places do not fall on the same set of lines.
    top += Math.ceil(floats / 16) * 64 + 64 * 33;
    return at;
  };
  const x = take(batch * edge * edge * inputs);
  const dx = take(batch * edge * edge * inputs);
  const w = take(panels * 8 * taps * inputs);
  const dw = take(panels * 8 * taps * inputs);
  const transposed = take(Math.ceil(inputs / 8) * 8 * outputs);
  const y = take(batch * size * size * outputs);
  const missing = Math.ceil((top - memory.buffer.byteLength) / 65_536);
  if (missing > 0) memory.grow(missing);
  new Float32Array(memory.buffer, 1 << 20, (top - (1 << 20)) / 4).fill(0.01);
  const image = [edge * edge * inputs, edge * inputs, inputs] as const;
  const output = [size * size * outputs, size * outputs, outputs] as const;
  const panel = taps * inputs * 8;
  const flops = 2 * batch * size * size * taps * inputs * outputs;
  return [
    {
      pass: 'forward',
      flops,
      run: () =>
        kernels.gemm(
          x,
          ...image,
          batch,
          size,
          size,
          kernel,
          edge * inputs,
          1,
          0,
          kernel * inputs,
          w,
          panel,
          y,
          ...output,
          outputs,
          0,
          0,
          scratch,
        ),
    },
    {
      pass: 'input gradient',
      flops,
      run() {
        for (let tap = 0; tap < taps; tap++) {
          const shift = Math.floor(tap / kernel) * edge * inputs + (tap % kernel) * inputs;
          for (let k = 0; k < inputs; k += INPUTS_AT_A_TIME) {
            const count = Math.min(INPUTS_AT_A_TIME, inputs - k);
            kernels.packTransposed(w + 4 * (tap * inputs + k) * 8, panel, count, outputs, transposed);
            kernels.gemm(
              y,
              ...output,
              batch,
              size,
              size,
              1,
              0,
              1,
              0,
              outputs,
              transposed,
              outputs * 8,
              dx + 4 * (shift + k),
              ...image,
              count,
              0,
              tap === 0 ? 0 : 1,
              scratch,
            );
          }
        }
      },
    },
    {
      pass: 'filter gradient',
      flops,
      run() {
        if (size === 1) {
          kernels.filterGradientOfFewRows(x, inputs, batch, inputs, dw, panel, y, outputs, outputs, scratch);
          return;
        }
        kernels.filterGradient(
          x,
          ...image,
          batch,
          size,
          size,
          kernel,
          edge * inputs,
          1,
          0,
          kernel * inputs,
          dw,
          panel,
          y,
          ...output,
          outputs,
          scratch,
        );
      },
    },
  ];
}
