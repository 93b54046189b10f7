/** Batch normalisation, with the activation and the residual behind it. */
export interface BatchNormKernels {
  /**
   * mean[c] and inverse[c] = 1 / sqrt(variance + epsilon) of a batch; the variance is the biased one.
   *
   * All is summed relative to the first pixel, so that a mean far above the deviation cancels nothing.
   *
   * @param runningMean - 0 = none; else both running statistics move to the batch's (the unbiased variance, as in PyTorch)
   * @param momentum - weight of the batch in them
   */
  batchNormStatistics(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    mean: number,
    inverse: number,
    epsilon: number,
    runningMean: number,
    runningVariance: number,
    momentum: number,
  ): void;
  /** inverse[c] = 1 / sqrt(variance[c] + epsilon): what evaluation needs of running statistics. */
  inverseDeviations(variance: number, channels: number, epsilon: number, inverse: number): void;
  /**
   * y = act(gamma (x - mean) inverse + beta + residual); y may be x or the residual.
   *
   * @param residual - 0 = none
   */
  batchNormApply(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    mean: number,
    inverse: number,
    gamma: number,
    beta: number,
    residual: number,
    rImage: number,
    rRow: number,
    rPixel: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    activation: number,
  ): void;
  /**
   * dy := dy act'(.) in place, then sums[c] = sum of dy, sums[channels + c] = sum of dy xhat with
   * xhat = (x - mean) inverse; dGamma and dBeta get theirs added.
   *
   * @param y - what the activation gave; not read for none and silu (which is computed again from x)
   * @param sums - 2 * channels numbers
   */
  batchNormGradientSums(
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
    images: number,
    height: number,
    width: number,
    channels: number,
    mean: number,
    inverse: number,
    gamma: number,
    beta: number,
    activation: number,
    sums: number,
    dGamma: number,
    dBeta: number,
  ): void;
  /**
   * dx (+)= gamma inverse (dy - sums0 / m - xhat sums1 / m), m the number of pixels; gamma inverse dy when not training.
   *
   * @param sums - of `batchNormGradientSums`, as dy is; dx may be dy
   */
  batchNormGradient(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    dy: number,
    dyImage: number,
    dyRow: number,
    dyPixel: number,
    dx: number,
    dxImage: number,
    dxRow: number,
    dxPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    mean: number,
    inverse: number,
    gamma: number,
    sums: number,
    training: number,
    accumulate: number,
  ): void;
}
