import type { GateLayer } from '@protonorm/tensor';
import { add, multiply } from '../device/operations.ts';
import { buildLayers } from '../layers/build-layer.ts';
import { chainForward } from '../layers/chain.ts';
import type { Layer, LayerContext } from '../layers/layer.ts';

/** y = x * s with s = body(x), of x's shape or one pixel for all: dx = dy * s + what the body makes of ds = dy * x. */
export function gateByKernels(spec: GateLayer, context: LayerContext): Layer {
  const { device } = context;
  const body = buildLayers(spec.body, context);
  return {
    forward(x, run) {
      const inner = chainForward(device, body, { x, run });
      const factors = inner.output;
      const onePixel = factors.shape.join() !== x.shape.join();
      return {
        output: multiply(device, x, factors),
        saved: [...inner.saved, x, factors],
        backward(dy, wanted) {
          const byNumber = multiply(device, dy, x);
          const byFactors = onePixel
            ? device.reshape(
                device.run('Sum', { x: byNumber }, { axis: [1, 2], keepDims: true }),
                factors.shape,
              )
            : byNumber;
          const byBody = inner.backward(byFactors, wanted);
          return wanted && byBody ? add(device, multiply(device, dy, factors), byBody) : undefined;
        },
      };
    },
  };
}
