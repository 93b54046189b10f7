/** Depthwise convolution and its gradients. */
export interface DepthwiseKernels {
  /**
   * y[o, c] = bias[c] + sum over taps of x[stride o + tap, c] w[tap, c].
   *
   * Four outputs (of any rows) and eight channels at a time share the loads of the weights.
   *
   * @param x - the first tap of the first output: where there is padding, the zero halo is part of the image
   * @param weights - [kh][kw][channels]
   * @param bias - 0 = none
   */
  depthwise(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    weights: number,
    bias: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    images: number,
    outHeight: number,
    outWidth: number,
    channels: number,
    kh: number,
    kw: number,
    strideY: number,
    strideX: number,
  ): void;
  /**
   * dx[i, c] (+)= sum over the outputs o and taps with stride o + tap - pad = i of dy[o, c] w[tap, c].
   *
   * Pixels `stride` apart have the same taps: four of them at a time share the loads of the weights.
   */
  depthwiseInputGradient(
    dy: number,
    dyImage: number,
    dyRow: number,
    dyPixel: number,
    outHeight: number,
    outWidth: number,
    weights: number,
    dx: number,
    dxImage: number,
    dxRow: number,
    dxPixel: number,
    inHeight: number,
    inWidth: number,
    images: number,
    channels: number,
    kh: number,
    kw: number,
    strideY: number,
    strideX: number,
    padY: number,
    padX: number,
    accumulate: number,
  ): void;
  /**
   * dW[tap, c] += sum over outputs of x[stride o + tap, c] dy[o, c], shapes as in `depthwise`.
   *
   * The nine sums of a 3x3 filter, or the five of a row of a 5x5 one, stay in registers for a tile of outputs.
   */
  depthwiseFilterGradient(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    dy: number,
    dyImage: number,
    dyRow: number,
    dyPixel: number,
    images: number,
    outHeight: number,
    outWidth: number,
    channels: number,
    kh: number,
    kw: number,
    strideY: number,
    strideX: number,
    dWeights: number,
  ): void;
  /**
   * `depthwise` without a halo: x is the first inner pixel.
   *
   * @param weights - [kh][kw][channels]
   * @param bias - 0 = none
   */
  depthwiseWithoutHalo(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    inHeight: number,
    inWidth: number,
    weights: number,
    bias: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    outHeight: number,
    outWidth: number,
    images: number,
    channels: number,
    kh: number,
    kw: number,
    strideY: number,
    strideX: number,
    padY: number,
    padX: number,
  ): void;
  /** dW[tap, c] += sum over outputs of x[stride o + tap - pad, c] dy[o, c]: `depthwiseFilterGradient` without a halo. */
  depthwiseFilterGradientWithoutHalo(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    inHeight: number,
    inWidth: number,
    dy: number,
    dyImage: number,
    dyRow: number,
    dyPixel: number,
    outHeight: number,
    outWidth: number,
    images: number,
    channels: number,
    kh: number,
    kw: number,
    strideY: number,
    strideX: number,
    padY: number,
    padX: number,
    dWeights: number,
  ): void;
}
