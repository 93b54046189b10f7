import { roundUp8, type ArrayLayout } from './parameter-layout.ts';

/**
 * Brings the numbers of one array from PyTorch's order to that of a layout.
 *
 * @param values - [outputs, inputs, ...kernel] or [channels]
 * @param packed - numbers that round up stay as they are
 */
export function packArray(layout: ArrayLayout, values: Float32Array, packed: Float32Array): void {
  for (const run of runs(layout)) {
    const { outputs, inputs, taps, plain, place, inputStep, tapStep, outputStep } = run;
    const block = Math.max(1, Math.floor(NEAR / taps));
    for (let n0 = 0; n0 < outputs; n0 += 8) {
      for (let i0 = 0; i0 < inputs; i0 += block) {
        const i1 = Math.min(i0 + block, inputs);
        for (let n = n0; n < outputs && n < n0 + 8; n++) {
          let from = plain + (n * inputs + i0) * taps;
          let start = place + (n >> 3) * outputStep + (n & 7) + i0 * inputStep;
          for (let i = i0; i < i1; i++, start += inputStep) {
            for (let t = 0, at = start; t < taps; t++, at += tapStep) packed[at] = values[from++];
          }
        }
      }
    }
  }
}

/** The way back; see {@link packArray}. */
export function unpackArray(layout: ArrayLayout, packed: Float32Array, values: Float32Array): void {
  for (const run of runs(layout)) {
    const { outputs, inputs, taps, plain, place, inputStep, tapStep, outputStep } = run;
    const block = Math.max(1, Math.floor(NEAR / taps));
    for (let n0 = 0; n0 < outputs; n0 += 8) {
      for (let i0 = 0; i0 < inputs; i0 += block) {
        const i1 = Math.min(i0 + block, inputs);
        for (let n = n0; n < outputs && n < n0 + 8; n++) {
          let to = plain + (n * inputs + i0) * taps;
          let start = place + (n >> 3) * outputStep + (n & 7) + i0 * inputStep;
          for (let i = i0; i < i1; i++, start += inputStep) {
            for (let t = 0, at = start; t < taps; t++, at += tapStep) values[to++] = packed[at];
          }
        }
      }
    }
  }
}

/** Numbers of an output that are moved before it is the next one's turn: eight outputs share cache lines of the layout. */
const NEAR = 384;

/** Numbers [outputs, inputs, taps] that follow each other in PyTorch's order, and their steps in the layout. */
interface Run {
  readonly outputs: number;
  readonly inputs: number;
  readonly taps: number;
  /** First position in PyTorch's order. */
  readonly plain: number;
  /** First position in the layout. */
  readonly place: number;
  /** From eight outputs to the next eight, which lie side by side. */
  readonly outputStep: number;
  readonly inputStep: number;
  readonly tapStep: number;
}

function runs(layout: ArrayLayout): readonly Run[] {
  switch (layout.kind) {
    case 'vector': {
      const { groups, outputs } = layout;
      const one = { outputs, inputs: 1, taps: 1, outputStep: 8, inputStep: 1, tapStep: 1 };
      return Array.from({ length: groups }, (_, g) => ({
        ...one,
        plain: g * outputs,
        place: g * roundUp8(outputs),
      }));
    }
    case 'depthwise': {
      const { taps, channels } = layout;
      // One output whose inputs are the channels.
      const one = { outputs: 1, inputs: channels, taps, outputStep: 0, inputStep: 1, tapStep: channels };
      return [{ ...one, plain: 0, place: 0 }];
    }
    case 'packed': {
      const { groups, outputs, taps, inputs } = layout;
      const outputStep = taps * inputs * 8;
      // Of one tap, the inputs are a row as the taps of others are.
      const one =
        taps === 1
          ? { outputs, inputs: 1, taps: inputs, outputStep, inputStep: 0, tapStep: 8 }
          : { outputs, inputs, taps, outputStep, inputStep: 8, tapStep: inputs * 8 };
      return Array.from({ length: groups }, (_, g) => ({
        ...one,
        plain: g * outputs * inputs * taps,
        place: g * (roundUp8(outputs) / 8) * outputStep,
      }));
    }
  }
}
