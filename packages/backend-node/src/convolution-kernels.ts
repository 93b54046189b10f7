import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeAttributes, NativeCalls } from './native-calls.ts';

/** The windows of a convolution: padding by axis as [before, after]. */
export interface Windows {
  readonly strides: readonly [number, number];
  readonly padding: readonly (readonly [number, number])[];
}

/** A convolution and its gradients; filters [kh, kw, I, O]. */
export interface ConvolutionKernels {
  forward(x: TensorInfo, filter: TensorInfo, windows: Windows): TensorInfo;
  filterGradient(
    x: TensorInfo,
    dy: TensorInfo,
    options: { readonly filterShape: readonly number[]; readonly windows: Windows },
  ): TensorInfo;
  inputGradient(
    dy: TensorInfo,
    filter: TensorInfo,
    options: { readonly inputShape: readonly number[]; readonly windows: Windows },
  ): TensorInfo;
}

/**
 * TensorFlow's convolutions, each in the form that is fastest. Gradients with explicit padding do not reach oneDNN's
 * kernels and pack the filter anew for each image: 3x3, 512 to 512 channels of 32 images of one pixel, takes 214 ms by
 * the input so, 4 ms with the padding 'SAME'; 3x3, 256 to 512, stride 2, 98 ms so, 6 ms without padding from a padded
 * image whose rim is cut off.
 */
export function convolutionKernels(calls: NativeCalls): ConvolutionKernels {
  return {
    forward: (x, filter, windows) => calls.run('Conv2D', [x, filter], attributesOf(windows, filter.shape)),

    filterGradient(x, dy, { filterShape, windows }) {
      const [, height, width] = dy.shape;
      // Of few pixels, the other kernel is the faster one.
      const attributes =
        height * width < 16 ? explicitAttributes(windows) : attributesOf(windows, filterShape);
      return calls.run('Conv2DBackpropFilter', [x, filterShape, dy], attributes);
    },

    inputGradient(dy, filter, { inputShape, windows }) {
      const attributes = attributesOf(windows, filter.shape);
      if (attributes.padding !== 'EXPLICIT') {
        return calls.run('Conv2DBackpropInput', [inputShape, filter, dy], attributes);
      }
      const { padding, strides } = windows;
      const padded = inputShape.map((size, axis) => size + padding[axis][0] + padding[axis][1]);
      const withRim = calls.run(
        'Conv2DBackpropInput',
        [padded, filter, dy],
        attributesOf({ strides, padding: padding.map(() => [0, 0] as const) }, filter.shape),
      );
      const begin = padding.map(([before]) => before);
      const dx = calls.run('Slice', [withRim, begin, inputShape], { Index: 'int32' });
      calls.dispose(withRim);
      return dx;
    },
  };
}

/** With the padding 'VALID' or 'SAME' where it is the same as the explicit one. */
function attributesOf(windows: Windows, [kernelY, kernelX]: readonly number[]): NativeAttributes {
  const { strides, padding } = windows;
  const [top, bottom] = padding[1];
  const [left, right] = padding[2];
  const halves = top === bottom && left === right && 2 * top === kernelY - 1 && 2 * left === kernelX - 1;
  return halves && strides[0] === 1 && strides[1] === 1
    ? { strides: [1, 1, 1, 1], data_format: 'NHWC', padding: 'SAME' }
    : explicitAttributes(windows);
}

/** TensorFlow's attributes of windows. */
export function explicitAttributes({ strides, padding }: Windows): NativeAttributes {
  return { strides: [1, ...strides, 1], data_format: 'NHWC', ...explicitPadding(padding) };
}

/** Padding by axis; without any, the faster 'VALID'. */
export function explicitPadding(padding: Windows['padding']): NativeAttributes {
  const sizes = padding.flat();
  return sizes.every((size) => size === 0)
    ? { padding: 'VALID' }
    : { padding: 'EXPLICIT', explicit_paddings: sizes };
}
