import { layerOutputShape } from '../../model/layer-shape.ts';
import type { Conv2dLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros, type Values } from './values.ts';

/** y[n, oy, ox, o] = b[o] + sum of x * w over the window and the channels of o's group; outside of x there are zeros. */
export const conv2d: OracleLayer<Conv2dLayer> = (layer, input, run) => {
  const { outputs } = layer;
  const { weight, bias } = run.arrays(layer); // [outputs, inputs / groups, kh, kw], [outputs]
  const x = input.data; // [B, h, w, inputs]
  const output = zeros(input.batch, layerOutputShape(layer, input.shape)); // [B, oh, ow, outputs]
  const y = output.data;
  if (bias) for (let at = 0; at < y.length; at++) y[at] = bias[at % outputs];
  forEachTap(layer, { input, output }, (at, from, w) => {
    y[at] += x[from] * weight![w];
  });
  return {
    output,
    backward(dy) {
      const gradients = run.gradients(layer);
      const dx = new Float64Array(x.length);
      if (gradients.bias) for (let at = 0; at < dy.length; at++) gradients.bias[at % outputs] += dy[at];
      forEachTap(layer, { input, output }, (at, from, w) => {
        gradients.weight![w] += dy[at] * x[from];
        dx[from] += dy[at] * weight![w];
      });
      return dx;
    },
  };
};

/** Visits every product of the convolution: which output it adds to, which input and which weight it takes. */
function forEachTap(
  layer: Conv2dLayer,
  { input, output }: { readonly input: Values; readonly output: Values },
  visit: (at: number, from: number, w: number) => void,
): void {
  const { kernel, stride = [1, 1], padding = [0, 0], groups = 1 } = layer;
  const [height, width, channels] = input.shape;
  const [outHeight, outWidth, outputs] = output.shape;
  const groupInputs = channels / groups;
  const groupOutputs = outputs / groups;
  for (let n = 0; n < input.batch; n++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let o = 0; o < outputs; o++)
          for (let ky = 0; ky < kernel[0]; ky++)
            for (let kx = 0; kx < kernel[1]; kx++) {
              const iy = oy * stride[0] + ky - padding[0];
              const ix = ox * stride[1] + kx - padding[1];
              if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
              const firstInput = Math.floor(o / groupOutputs) * groupInputs;
              for (let i = 0; i < groupInputs; i++) {
                visit(
                  ((n * outHeight + oy) * outWidth + ox) * outputs + o,
                  ((n * height + iy) * width + ix) * channels + firstInput + i,
                  ((o * groupInputs + i) * kernel[0] + ky) * kernel[1] + kx,
                );
              }
            }
}
