/** An image in memory as kernels take it: the address of its first number, and floats to the next image, row and pixel. */
export type Image = readonly [address: number, image: number, row: number, pixel: number];

/** Images without gaps. */
export function denseImage(address: number, height: number, width: number, channels: number): Image {
  return [address, height * width * channels, width * channels, channels];
}

/** The image that begins some images, rows, pixels and channels further. */
export function shifted(
  [address, image, row, pixel]: Image,
  by: { readonly images?: number; readonly rows?: number; readonly pixels?: number },
): Image {
  const { images = 0, rows = 0, pixels = 0 } = by;
  return [address + 4 * (images * image + rows * row + pixels * pixel), image, row, pixel];
}

/** Rows of a matrix as pixels of one row of one image. */
export function matrix(address: number, columns: number): Image {
  return [address, 0, 0, columns];
}

/**
 * So many pixels as rows of an image, which are short: kernels that sum over pixels begin a new sum with some rows, so that
 * rounding does not grow with the number of pixels.
 */
export function shortRows(pixels: number): readonly [height: number, width: number] {
  for (let width = Math.min(pixels, 32); width > 1; width--) {
    if (pixels % width === 0) return [pixels / width, width];
  }
  return [pixels, 1];
}
