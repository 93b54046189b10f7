/** A decoded image. */
export interface DecodedImage {
  /** Pixels in a row, >= 1. */
  readonly width: number;
  /** Rows, >= 1. */
  readonly height: number;
  /** RGB, 0..255, shape [height, width, 3] row-major. */
  readonly pixels: Uint8Array;
}

/**
 * Turns the bytes of an image file into pixels.
 *
 * Grey images become RGB with three equal values; transparency is left out. What cannot be decoded whole is refused with
 * an `Error` that says why: the caller knows the name of the file and adds it.
 */
export interface ImageDecoder {
  decode(bytes: Uint8Array): DecodedImage | Promise<DecodedImage>;
}
