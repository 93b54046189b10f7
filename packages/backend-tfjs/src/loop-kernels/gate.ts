/** y [B, cells, C] = x [B, cells, C] times the factors [B, C]. */
export function gateCells(
  y: Float32Array,
  x: Float32Array,
  by: { readonly factors: Float32Array; readonly cells: number; readonly channels: number },
): void {
  const { factors, cells, channels } = by;
  const sample = cells * channels;
  for (let at = 0; at < y.length; at += channels) {
    const row = Math.floor(at / sample) * channels;
    for (let c = 0; c < channels; c++) y[at + c] = x[at + c] * factors[row + c];
  }
}

/** The gradient by the factors of {@link gateCells}: ds [B, C] = sum over the cells of dy * x. */
export function gateFactorGradient(
  ds: Float32Array,
  by: {
    readonly dy: Float32Array;
    readonly x: Float32Array;
    readonly cells: number;
    readonly channels: number;
  },
): void {
  const { dy, x, cells, channels } = by;
  const sums = new Float64Array(channels);
  for (let row = 0; row < ds.length; row += channels) {
    sums.fill(0);
    for (let cell = 0; cell < cells; cell++) {
      const at = row * cells + cell * channels;
      for (let c = 0; c < channels; c++) sums[c] += dy[at + c] * x[at + c];
    }
    ds.set(sums, row);
  }
}
