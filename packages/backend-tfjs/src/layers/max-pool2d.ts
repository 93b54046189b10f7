import type { MaxPool2dLayer } from '@protonorm/tensor';
import { maxPool, maxPoolGradient, type PoolGeometry } from '../loop-kernels/max-pool.ts';
import type { Layer, LayerContext } from './layer.ts';

/** Maximum over windows, with any symmetric padding (tfjs's WASM pooling knows only 'same' and 'valid'). */
export function maxPool2dLayer(spec: MaxPool2dLayer, { device }: LayerContext): Layer {
  const { kernel, stride = kernel, padding = [0, 0] } = spec;
  return {
    forward(x) {
      const [batch, height, width, channels] = x.shape;
      const [outHeight, outWidth] = [height, width].map(
        (size, axis) => Math.floor((size + 2 * padding[axis] - kernel[axis]) / stride[axis]) + 1,
      );
      const geometry: PoolGeometry = {
        batch,
        height,
        width,
        channels,
        outHeight,
        outWidth,
        kernel,
        stride,
        top: padding[0],
        left: padding[1],
      };
      const winners = new Int32Array(batch * outHeight * outWidth * channels);
      const output = device.compute([x], [batch, outHeight, outWidth, channels], (y, values) =>
        maxPool(y, winners, values, geometry),
      );
      return {
        output,
        saved: [],
        backward: (dy, wanted) =>
          wanted
            ? device.compute([dy], [batch, height, width, channels], (dx, gradient) =>
                maxPoolGradient(dx, gradient, winners),
              )
            : undefined,
      };
    },
  };
}
