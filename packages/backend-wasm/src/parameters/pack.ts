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
    for (let n = 0, from = plain; n < outputs; n++) {
      let start = place + (n >> 3) * outputStep + (n & 7);
      for (let i = 0; i < inputs; i++, start += inputStep) {
        for (let t = 0, at = start; t < taps; t++, at += tapStep) packed[at] = values[from++];
      }
    }
  }
}

/** The way back; see {@link packArray}. */
export function unpackArray(layout: ArrayLayout, packed: Float32Array, values: Float32Array): void {
  for (const run of runs(layout)) {
    const { outputs, inputs, taps, plain, place, inputStep, tapStep, outputStep } = run;
    for (let n = 0, to = plain; n < outputs; n++) {
      let start = place + (n >> 3) * outputStep + (n & 7);
      for (let i = 0; i < inputs; i++, start += inputStep) {
        for (let t = 0, at = start; t < taps; t++, at += tapStep) values[to++] = packed[at];
      }
    }
  }
}

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
      const one = { outputs, inputs, taps, outputStep, inputStep: 8, tapStep: inputs * 8 };
      return Array.from({ length: groups }, (_, g) => ({
        ...one,
        plain: g * outputs * inputs * taps,
        place: g * (roundUp8(outputs) / 8) * outputStep,
      }));
    }
  }
}
