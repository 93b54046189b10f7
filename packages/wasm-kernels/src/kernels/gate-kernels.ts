/** Images times numbers of a channel or an image. */
export interface GateKernels {
  /** y[image, ., ., c] = x[image, ., ., c] g[image, c]. */
  gate(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    g: number,
    gImage: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
  ): void;
  /** dx (+)= dy g, dg[image, c] = sum over pixels of dy x; dx may be dy. */
  gateGradient(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    g: number,
    gImage: number,
    dy: number,
    dyImage: number,
    dyRow: number,
    dyPixel: number,
    dx: number,
    dxImage: number,
    dxRow: number,
    dxPixel: number,
    dg: number,
    dgImage: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    accumulate: number,
  ): void;
  /** y[image] (+)= x[image] scales[image]: stochastic depth. */
  scaleImages(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    scales: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    accumulate: number,
  ): void;
}
