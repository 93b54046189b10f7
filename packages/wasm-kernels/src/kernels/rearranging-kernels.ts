/** Other orders of the same numbers. */
export interface RearrangingKernels {
  /**
   * y[i * groups + g] (+)= x[g * n + i], n = channels / groups: the channels of each pixel, as in ShuffleNet.
   *
   * The gradient is the shuffle with channels / groups groups.
   */
  shuffleChannels(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    groups: number,
    accumulate: number,
  ): void;
  /** y[image][c][h][w] = x[image, h, w, c]: what a dense layer behind a flatten sees in PyTorch. */
  toChannelsFirst(
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
  /** x[image, h, w, c] (+)= y[image][c][h][w]. */
  fromChannelsFirst(
    y: number,
    yImage: number,
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    accumulate: number,
  ): void;
}
