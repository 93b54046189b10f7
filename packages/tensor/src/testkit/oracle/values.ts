/** A batch of arrays in float64, row-major: [B, ...shape]. Images are [height, width, channels]. */
export interface Values {
  readonly batch: number;
  /** Without the batch. */
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A batch of zeros. */
export function zeros(batch: number, shape: readonly number[]): Values {
  return { batch, shape, data: new Float64Array(shape.reduce((a, b) => a * b, batch)) };
}
