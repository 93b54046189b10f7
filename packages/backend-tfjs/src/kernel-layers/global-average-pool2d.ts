import type { GlobalAveragePool2dLayer } from '@protonorm/tensor';
import { multiply } from '../device/operations.ts';
import type { Layer, LayerContext } from '../layers/layer.ts';

/** Mean over height and width. */
export function globalAveragePool2dByKernels(
  { keepShape = false }: GlobalAveragePool2dLayer,
  { device }: LayerContext,
): Layer {
  return {
    forward(x) {
      const { shape } = x;
      const [batch, height, width, channels] = shape;
      const cells = height * width;
      const mean = device.run(
        'Mean',
        { x: device.reshape(x, [batch, cells, channels]) },
        { axis: [1], keepDims: false },
      );
      return {
        output: keepShape ? device.reshape(mean, [batch, 1, 1, channels]) : mean,
        saved: [],
        backward(dy, wanted) {
          if (!wanted) return undefined;
          const shares = device.upload(new Float32Array(cells).fill(1 / cells), [1, cells, 1]);
          return device.reshape(multiply(device, device.reshape(dy, [batch, 1, channels]), shares), shape);
        },
      };
    },
  };
}
