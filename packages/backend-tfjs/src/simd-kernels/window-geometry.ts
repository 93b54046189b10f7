import { backend_util } from '@tensorflow/tfjs-core';

/** A window that slides over images [B, H, W, C]. */
export interface WindowGeometry {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outputs: number;
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Padding before. */
  readonly top: number;
  readonly left: number;
}

type Attributes = Readonly<Record<string, unknown>>;
type ConvolutionArguments = Parameters<typeof backend_util.computeConv2DInfo>;
type PoolArguments = Parameters<typeof backend_util.computePool2DInfo>;

/** The window of a convolution by tfjs's own reading of the attributes; undefined for other layouts than NHWC. */
export function convolutionWindow(
  attrs: Attributes,
  shapes: { readonly input: readonly number[]; readonly filter: readonly number[] },
  kind: 'dense' | 'depthwise' = 'dense',
): WindowGeometry | undefined {
  const { strides, pad, dilations, dimRoundingMode, dataFormat = 'NHWC' } = attrs;
  if (dataFormat !== 'NHWC') return undefined;
  const info = backend_util.computeConv2DInfo(
    shapes.input as ConvolutionArguments[0],
    shapes.filter as ConvolutionArguments[1],
    strides as ConvolutionArguments[2],
    (dilations ?? [1, 1]) as ConvolutionArguments[3],
    pad as ConvolutionArguments[4],
    dimRoundingMode as ConvolutionArguments[5],
    kind === 'depthwise',
  );
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    inputs: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outputs: info.outChannels,
    kernel: [info.filterHeight, info.filterWidth],
    stride: [info.strideHeight, info.strideWidth],
    dilation: [info.dilationHeight, info.dilationWidth],
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}

/** The window of a pooling. */
export function poolWindow(attrs: Attributes, input: readonly number[]): WindowGeometry | undefined {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = backend_util.computePool2DInfo(
    input as PoolArguments[0],
    filterSize as PoolArguments[1],
    strides as PoolArguments[2],
    1,
    pad as PoolArguments[4],
    dimRoundingMode as PoolArguments[5],
  );
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    inputs: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outputs: info.outChannels,
    kernel: [info.filterHeight, info.filterWidth],
    stride: [info.strideHeight, info.strideWidth],
    dilation: [1, 1],
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}

/** Rows and columns of the padded image that any window sees. */
export function reachOf({ kernel, stride, dilation, outHeight, outWidth }: WindowGeometry): [number, number] {
  const reach = (axis: number, outputs: number): number =>
    (outputs - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
  return [reach(0, outHeight), reach(1, outWidth)];
}

/** One tap and the outputs for which it lies inside of the image. */
export interface Tap {
  /** Position in the kernel, row-major. */
  readonly index: number;
  /** First output row and column. */
  readonly y: number;
  readonly x: number;
  /** Number of output rows and columns. */
  readonly height: number;
  readonly width: number;
  /** Row and column of the image that belong to the first output. */
  readonly inputY: number;
  readonly inputX: number;
}

/** The taps that reach the image at all; one that covers all outputs comes first where there is one. */
export function insideTaps(window: WindowGeometry): readonly Tap[] {
  const { kernel, stride, dilation, top, left, height, width, outHeight, outWidth } = window;
  const inside = (shift: number, step: number, input: number, output: number): [number, number] => {
    const first = Math.max(0, Math.ceil(-shift / step));
    const last = Math.min(output - 1, Math.floor((input - 1 - shift) / step));
    return [first, Math.max(0, last - first + 1)];
  };
  const taps: Tap[] = [];
  for (let ky = 0; ky < kernel[0]; ky++) {
    const shiftY = ky * dilation[0] - top;
    const [y, rows] = inside(shiftY, stride[0], height, outHeight);
    for (let kx = 0; kx < kernel[1]; kx++) {
      const shiftX = kx * dilation[1] - left;
      const [x, columns] = inside(shiftX, stride[1], width, outWidth);
      if (rows === 0 || columns === 0) continue;
      taps.push({
        index: ky * kernel[1] + kx,
        y,
        x,
        height: rows,
        width: columns,
        inputY: y * stride[0] + shiftY,
        inputX: x * stride[1] + shiftX,
      });
    }
  }
  const whole = (tap: Tap): number => (tap.height * tap.width === outHeight * outWidth ? 0 : 1);
  return taps.toSorted((a, b) => whole(a) - whole(b) || a.index - b.index);
}

/** Products with padding are left out, a tap at a time, where fewer than this share of them are not with padding. */
const worthLeavingOut = 0.8;

/** The taps to go through one by one; undefined where all together are faster, or none reaches all outputs. */
export function exactTaps(window: WindowGeometry): readonly Tap[] | undefined {
  const taps = insideTaps(window);
  const { kernel, outHeight, outWidth } = window;
  const outputs = outHeight * outWidth;
  if (taps.length === 0 || taps[0].height * taps[0].width < outputs) return undefined;
  const useful = taps.reduce((sum, tap) => sum + tap.height * tap.width, 0);
  return useful < worthLeavingOut * kernel[0] * kernel[1] * outputs ? taps : undefined;
}
