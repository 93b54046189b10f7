import type { GlobalAveragePool2dLayer } from '@protonorm/tensor';
import { averageCells, averageCellsGradient } from '../loop-kernels/average-pool.ts';
import type { Layer, LayerContext } from './layer.ts';

/** Mean over height and width, which stay as 1 and 1 where the layer keeps the shape. */
export function globalAveragePool2dLayer(
  { keepShape = false }: GlobalAveragePool2dLayer,
  { device }: LayerContext,
): Layer {
  return {
    forward(x) {
      const { shape } = x;
      const [batch, height, width, channels] = shape;
      const cells = height * width;
      return {
        output: device.compute([x], keepShape ? [batch, 1, 1, channels] : [batch, channels], (y, values) =>
          averageCells(y, values, cells, channels),
        ),
        saved: [],
        backward: (dy, wanted) =>
          wanted
            ? device.compute([dy], shape, (dx, gradient) =>
                averageCellsGradient(dx, gradient, cells, channels),
              )
            : undefined,
      };
    },
  };
}
