import { multiply, add } from '../device/operations.ts';
import { gateCells, gateFactorGradient } from '../loop-kernels/gate.ts';
import { chainForward } from './chain.ts';
import type { Layer, LayerContext } from './layer.ts';

/** y = x * s with s = body(x), of x's shape or one pixel for all: dx = dy * s + what the body makes of ds = dy * x. */
export function gateLayer(body: readonly Layer[], { device }: LayerContext): Layer {
  return {
    forward(x, run) {
      const inner = chainForward(device, body, { x, run });
      const factors = inner.output;
      const channels = x.shape.at(-1)!;
      const cells = x.shape.slice(1, -1).reduce((a, b) => a * b, 1);
      const onePixel = factors.shape.join() !== x.shape.join();
      const gated = (values: typeof x): typeof x =>
        onePixel
          ? device.compute([values, factors], x.shape, (y, numbers, s) =>
              gateCells(y, numbers, { factors: s, cells, channels }),
            )
          : multiply(device, values, factors);
      return {
        output: gated(x),
        saved: [...inner.saved, x, factors],
        backward(dy, wanted) {
          const byFactors = onePixel
            ? device.compute([dy, x], factors.shape, (ds, gradient, values) =>
                gateFactorGradient(ds, { dy: gradient, x: values, cells, channels }),
              )
            : multiply(device, dy, x);
          const byBody = inner.backward(byFactors, wanted);
          return wanted && byBody ? add(device, gated(dy), byBody) : undefined;
        },
      };
    },
  };
}
