/** A window sliding over an image: a convolution, or a dense layer over a whole image. */
export interface ConvolutionGeometry {
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly input: readonly [height: number, width: number];
  readonly output: readonly [height: number, width: number];
}

/** One tap and the outputs for which it lies inside of the input. */
export interface Tap {
  /** Position in the kernel, row-major. */
  readonly index: number;
  /** First output row and column. */
  readonly y: number;
  readonly x: number;
  /** Number of output rows and columns. */
  readonly height: number;
  readonly width: number;
  /** Row and column of the input that belong to the first output. */
  readonly inputY: number;
  readonly inputX: number;
}

/** The taps that reach the input at all; one that covers all outputs comes first where there is one. */
export function insideTaps({ kernel, stride, padding, input, output }: ConvolutionGeometry): readonly Tap[] {
  const taps: Tap[] = [];
  for (let ky = 0; ky < kernel[0]; ky++) {
    const [y, height] = inside(ky, {
      stride: stride[0],
      padding: padding[0],
      input: input[0],
      output: output[0],
    });
    for (let kx = 0; kx < kernel[1]; kx++) {
      const [x, width] = inside(kx, {
        stride: stride[1],
        padding: padding[1],
        input: input[1],
        output: output[1],
      });
      if (height === 0 || width === 0) continue;
      taps.push({
        index: ky * kernel[1] + kx,
        y,
        x,
        height,
        width,
        inputY: y * stride[0] + ky - padding[0],
        inputX: x * stride[1] + kx - padding[1],
      });
    }
  }
  const whole = (tap: Tap): number => (tap.height * tap.width === output[0] * output[1] ? 0 : 1);
  return taps.sort((a, b) => whole(a) - whole(b) || a.index - b.index);
}

/** First output and number of outputs for which tap k of an axis lies inside. */
function inside(
  k: number,
  axis: {
    readonly stride: number;
    readonly padding: number;
    readonly input: number;
    readonly output: number;
  },
): [first: number, count: number] {
  const first = Math.max(0, Math.ceil((axis.padding - k) / axis.stride));
  const last = Math.min(axis.output - 1, Math.floor((axis.input - 1 + axis.padding - k) / axis.stride));
  return [first, Math.max(0, last - first + 1)];
}

/** Share of the products that are not with padding. */
export function usefulShare(geometry: ConvolutionGeometry): number {
  const useful = insideTaps(geometry).reduce((sum, tap) => sum + tap.height * tap.width, 0);
  const { kernel, output } = geometry;
  return useful / (kernel[0] * kernel[1] * output[0] * output[1]);
}
