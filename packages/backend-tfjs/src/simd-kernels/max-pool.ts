import { denseImage } from './image.ts';
import type { SimdKernel } from './simd-kernel.ts';
import { poolWindow, type WindowGeometry } from './window-geometry.ts';

/** The largest of each window, with any padding, which never wins. */
export const maxPool: SimdKernel = ({ inputs: { x }, attrs }, memory) => {
  const window = poolWindow(attrs, x.shape);
  if (!window || !everyWindowSees(window)) return undefined;
  const { batch, height, width, inputs, outHeight, outWidth } = window;
  const y = memory.output([batch, outHeight, outWidth, inputs]);
  memory.kernels.maxPool(
    ...denseImage(memory.address(x), height, width, inputs),
    ...denseImage(y.address, outHeight, outWidth, inputs),
    ...sizesOf(window),
  );
  return y.tensor;
};

/** dy goes to the first largest number of its window. */
export const maxPoolGrad: SimdKernel = ({ inputs: { dy, input, output }, attrs }, memory) => {
  const window = poolWindow(attrs, input.shape);
  if (!window || !everyWindowSees(window)) return undefined;
  const { height, width, inputs, outHeight, outWidth } = window;
  const dx = memory.zeros(input.shape);
  memory.kernels.maxPoolGradient(
    ...denseImage(memory.address(input), height, width, inputs),
    ...denseImage(memory.address(output), outHeight, outWidth, inputs),
    ...denseImage(memory.address(dy), outHeight, outWidth, inputs),
    ...denseImage(dx.address, height, width, inputs),
    ...sizesOf(window),
    0,
  );
  return dx.tensor;
};

function sizesOf({
  batch,
  height,
  width,
  outHeight,
  outWidth,
  inputs,
  kernel,
  stride,
  top,
  left,
}: WindowGeometry) {
  return [batch, height, width, outHeight, outWidth, inputs, ...kernel, ...stride, top, left] as const;
}

/** Whether no window lies in the padding alone. */
function everyWindowSees(window: WindowGeometry): boolean {
  const { kernel, stride, top, left, height, width, outHeight, outWidth } = window;
  return (
    outHeight > 0 &&
    outWidth > 0 &&
    top < kernel[0] &&
    left < kernel[1] &&
    (outHeight - 1) * stride[0] - top < height &&
    (outWidth - 1) * stride[1] - left < width
  );
}
