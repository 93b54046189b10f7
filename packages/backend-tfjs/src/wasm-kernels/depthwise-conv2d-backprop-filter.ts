import { depthwiseFilterGradient } from '../loop-kernels/convolution-gradients.ts';
import { convolutionGeometry } from './convolution-geometry.ts';
import { compose, wasmKernel } from './wasm-kernel.ts';

/** The filter gradient of a depthwise convolution, which tfjs's WASM backend lacks: a plain loop over its definition. */
export const depthwiseConv2dBackpropFilter = wasmKernel(({ inputs: { x, dy }, attrs, backend }) => {
  const filterShape = attrs.filterShape as number[];
  const g = convolutionGeometry(attrs, { inputShape: x.shape, filterShape, depthwise: true });
  const [, , channels, multiplier] = filterShape;
  return compose(backend, ({ compute }) =>
    compute([x, dy], filterShape, (dw, values, gradient) =>
      depthwiseFilterGradient(dw, values, gradient, { channels, multiplier }, g),
    ),
  );
});
