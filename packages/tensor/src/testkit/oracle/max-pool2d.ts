import { layerOutputShape } from '../../model/layer-shape.ts';
import type { MaxPool2dLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y = the largest x of the window; its gradient goes to the first of the largest in row-major order. */
export const maxPool2d: OracleLayer<MaxPool2dLayer> = (layer, input, run) => {
  const { kernel, stride = kernel, padding = [0, 0] } = layer;
  const [height, width, channels] = input.shape;
  const x = input.data; // [B, h, w, channels]
  const output = zeros(input.batch, layerOutputShape(layer, input.shape)); // [B, oh, ow, channels]
  const [outHeight, outWidth] = output.shape;
  const winner = new Int32Array(output.data.length); // where in x each output comes from
  for (let n = 0; n < input.batch; n++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let c = 0; c < channels; c++) {
          const at = ((n * outHeight + oy) * outWidth + ox) * channels + c;
          let largest = -Infinity;
          for (let ky = 0; ky < kernel[0]; ky++)
            for (let kx = 0; kx < kernel[1]; kx++) {
              const iy = oy * stride[0] + ky - padding[0];
              const ix = ox * stride[1] + kx - padding[1];
              if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
              const from = ((n * height + iy) * width + ix) * channels + c;
              // The kink is where another value overtakes; equal values come from one value behind a relu.
              if (largest !== -Infinity && x[from] !== largest) run.nearKink(Math.abs(x[from] - largest));
              if (x[from] > largest) {
                largest = x[from];
                winner[at] = from;
              }
            }
          output.data[at] = largest;
        }
  return {
    output,
    backward(dy) {
      const dx = new Float64Array(x.length);
      dy.forEach((g, at) => (dx[winner[at]] += g));
      return dx;
    },
  };
};
