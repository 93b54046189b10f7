import { roundUp8, type ArrayLayout } from './parameter-layout.ts';

/**
 * Brings the numbers of one array from PyTorch's order to that of a layout.
 *
 * @param values - [outputs, inputs, ...kernel] or [channels]
 * @param packed - numbers that round up stay as they are
 */
export function packArray(layout: ArrayLayout, values: Float32Array, packed: Float32Array): void {
  walk(layout, (plain, place) => (packed[place] = values[plain]));
}

/** The way back; see {@link packArray}. */
export function unpackArray(layout: ArrayLayout, packed: Float32Array, values: Float32Array): void {
  walk(layout, (plain, place) => (values[plain] = packed[place]));
}

/** Calls `visit` with each position in PyTorch's order and in the layout's. */
function walk(layout: ArrayLayout, visit: (plain: number, place: number) => void): void {
  switch (layout.kind) {
    case 'vector': {
      const pitch = roundUp8(layout.outputs);
      for (let g = 0; g < layout.groups; g++) {
        for (let n = 0; n < layout.outputs; n++) visit(g * layout.outputs + n, g * pitch + n);
      }
      return;
    }
    case 'depthwise': {
      const { taps, channels } = layout;
      for (let c = 0; c < channels; c++) for (let t = 0; t < taps; t++) visit(c * taps + t, t * channels + c);
      return;
    }
    case 'packed': {
      const { groups, outputs, taps, inputs } = layout;
      const panel = taps * inputs * 8;
      const group = (roundUp8(outputs) / 8) * panel;
      let plain = 0;
      for (let g = 0; g < groups; g++) {
        for (let n = 0; n < outputs; n++) {
          const start = g * group + (n >> 3) * panel + (n & 7);
          for (let i = 0; i < inputs; i++) {
            for (let t = 0; t < taps; t++) visit(plain++, start + (t * inputs + i) * 8);
          }
        }
      }
    }
  }
}
