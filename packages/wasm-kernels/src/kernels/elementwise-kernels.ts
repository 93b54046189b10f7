/** Number by number over images. */
export interface ElementwiseKernels {
  /** y += x. */
  addImages(
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
  ): void;
  /** y = x; the two do not overlap. */
  copyImages(
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
  ): void;
  /** y = value everywhere. */
  fillImages(
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    value: number,
  ): void;
  /** y (+)= x * m, number by number. */
  multiplyImages(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    m: number,
    mImage: number,
    mRow: number,
    mPixel: number,
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
  /** out[c] += sum of d[., c]: the gradient of a bias. */
  columnSums(
    d: number,
    dImage: number,
    dRow: number,
    dPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    out: number,
  ): void;
}
