/** Pooling and its gradients. */
export interface PoolingKernels {
  /**
   * y = the largest x of each window; padding never wins, NaN does.
   *
   * No halo is needed: windows are cut to the image.
   */
  maxPool(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    images: number,
    inHeight: number,
    inWidth: number,
    outHeight: number,
    outWidth: number,
    channels: number,
    kh: number,
    kw: number,
    strideY: number,
    strideX: number,
    padY: number,
    padX: number,
  ): void;
  /**
   * dx += dy at the first largest x (in row-major order) of each window.
   *
   * @param positive - 1: only where y > 0, for a relu in front of the pooling
   */
  maxPoolGradient(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    dy: number,
    dyImage: number,
    dyRow: number,
    dyPixel: number,
    dx: number,
    dxImage: number,
    dxRow: number,
    dxPixel: number,
    images: number,
    inHeight: number,
    inWidth: number,
    outHeight: number,
    outWidth: number,
    channels: number,
    kh: number,
    kw: number,
    strideY: number,
    strideX: number,
    padY: number,
    padX: number,
    positive: number,
  ): void;
  /** y[image, c] = mean of x[image, ., ., c]. */
  globalAveragePool(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    y: number,
    yImage: number,
    images: number,
    height: number,
    width: number,
    channels: number,
  ): void;
  /** dx[image, ., ., c] (+)= dy[image, c] / pixels. */
  globalAveragePoolGradient(
    dy: number,
    dyImage: number,
    dx: number,
    dxImage: number,
    dxRow: number,
    dxPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    accumulate: number,
  ): void;
  /** y[image, j] = mean of x[image, floor(j a / size)] .. x[image, ceil((j + 1) a / size) - 1], a inputs, size outputs. */
  adaptiveAveragePool1d(
    x: number,
    xImage: number,
    y: number,
    yImage: number,
    images: number,
    inputs: number,
    outputs: number,
  ): void;
  /** dx (+)= dy / width of the window, over all windows that see it. */
  adaptiveAveragePool1dGradient(
    dy: number,
    dyImage: number,
    dx: number,
    dxImage: number,
    images: number,
    inputs: number,
    outputs: number,
    accumulate: number,
  ): void;
}
