import { averageCells, averageCellsGradient } from '../loop-kernels/average-pool.ts';
import type { Layer, LayerContext } from './layer.ts';

/** Mean over height and width. */
export function globalAveragePool2dLayer({ device }: LayerContext): Layer {
  return {
    forward(x) {
      const { shape } = x;
      const [batch, height, width, channels] = shape;
      const cells = height * width;
      return {
        output: device.compute([x], [batch, channels], (y, values) =>
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
