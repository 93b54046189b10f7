/** The geometry of a 2-D pooling over [B, H, W, C]; `top` and `left` are the padding before. */
export interface PoolGeometry {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly top: number;
  readonly left: number;
}

/**
 * Maximum over windows; cells outside of the image never win, NaN does.
 *
 * @param y - output, shape [B, h, w, C]
 * @param winners - output, same shape: the index in x of the first maximum of each window in row-major order
 */
export function maxPool(y: Float32Array, winners: Int32Array, x: Float32Array, geometry: PoolGeometry): void {
  const { channels } = geometry;
  forEachWindow(geometry, (out, firstRow, rowStep, rows, cells) => {
    for (let c = 0; c < channels; c++) {
      y[out + c] = x[firstRow + c];
      winners[out + c] = firstRow + c;
    }
    for (let row = 0; row < rows; row++) {
      for (let cell = 0; cell < cells; cell++) {
        const at = firstRow + row * rowStep + cell * channels;
        for (let c = 0; c < channels; c++) {
          const value = x[at + c];
          if (value > y[out + c] || value !== value) {
            y[out + c] = value;
            winners[out + c] = at + c;
          }
        }
      }
    }
  });
}

/** Adds each gradient to the winner of its window. */
export function maxPoolGradient(dx: Float32Array, dy: Float32Array, winners: Int32Array): void {
  dx.fill(0);
  for (let i = 0; i < dy.length; i++) dx[winners[i]] += dy[i];
}

/** Calls `visit` for each window, clipped to the image; offsets are those of channel 0. */
function forEachWindow(
  g: PoolGeometry,
  visit: (out: number, firstCell: number, rowStep: number, rows: number, cells: number) => void,
): void {
  const rowStep = g.width * g.channels;
  let out = 0;
  for (let b = 0; b < g.batch; b++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      const y0 = oy * g.stride[0] - g.top;
      const top = Math.max(0, y0);
      const rows = Math.min(g.height, y0 + g.kernel[0]) - top;
      for (let ox = 0; ox < g.outWidth; ox++, out += g.channels) {
        const x0 = ox * g.stride[1] - g.left;
        const left = Math.max(0, x0);
        const cells = Math.min(g.width, x0 + g.kernel[1]) - left;
        visit(out, ((b * g.height + top) * g.width + left) * g.channels, rowStep, rows, cells);
      }
    }
  }
}
