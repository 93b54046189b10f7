/** The geometry of a 2-D convolution over [B, H, W, C]; `top` and `left` are the padding before. */
export interface ConvolutionGeometry {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly top: number;
  readonly left: number;
}

/**
 * Spreads dy over the grid on which the input gradient of a (depthwise) convolution is a plain one: stride - 1 zeros between its
 * cells, and zeros around it (kernel - 1 less the padding; cells outside are dropped when that is negative).
 *
 * @param spread - output, shape [B, H + kh - 1, W + kw - 1, channels]
 * @param dy - shape [B, h, w, channels]
 */
export function spreadGradient(
  spread: Float32Array,
  dy: Float32Array,
  channels: number,
  g: ConvolutionGeometry,
): void {
  const reachY = g.kernel[0] - 1;
  const reachX = g.kernel[1] - 1;
  const height = g.height + reachY;
  const width = g.width + reachX;
  spread.fill(0);
  for (let b = 0; b < g.batch; b++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      const y = oy * g.stride[0] + reachY - g.top;
      if (y < 0 || y >= height) continue;
      for (let ox = 0; ox < g.outWidth; ox++) {
        const x = ox * g.stride[1] + reachX - g.left;
        if (x < 0 || x >= width) continue;
        const to = ((b * height + y) * width + x) * channels;
        const from = ((b * g.outHeight + oy) * g.outWidth + ox) * channels;
        for (let c = 0; c < channels; c++) spread[to + c] = dy[from + c];
      }
    }
  }
}

/**
 * Adds up what each output position and tap gives to each pixel ("col2im").
 *
 * @param dx - output, shape [B, H, W, channels]
 * @param columns - shape [B, h, w, kh, kw, channels]
 */
export function sumColumnsIntoImage(
  dx: Float32Array,
  columns: Float32Array,
  channels: number,
  g: ConvolutionGeometry,
): void {
  const [kh, kw] = g.kernel;
  dx.fill(0);
  let from = 0;
  for (let b = 0; b < g.batch; b++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      for (let ox = 0; ox < g.outWidth; ox++) {
        for (let ky = 0; ky < kh; ky++) {
          const y = oy * g.stride[0] - g.top + ky;
          for (let kx = 0; kx < kw; kx++, from += channels) {
            const x = ox * g.stride[1] - g.left + kx;
            if (y < 0 || y >= g.height || x < 0 || x >= g.width) continue;
            const to = ((b * g.height + y) * g.width + x) * channels;
            for (let c = 0; c < channels; c++) dx[to + c] += columns[from + c];
          }
        }
      }
    }
  }
}

/** Turns a filter by 180 degrees: the order of its taps reversed, each tap as it is. */
export function rotateFilter(rotated: Float32Array, filter: Float32Array, taps: number): void {
  const size = filter.length / taps;
  for (let tap = 0; tap < taps; tap++) {
    rotated.set(filter.subarray(tap * size, (tap + 1) * size), (taps - 1 - tap) * size);
  }
}

/**
 * The filter gradient of a depthwise convolution, as its definition: dw[ky, kx, c, m] is the sum over all positions of
 * x[.., c] at that tap times dy[.., c * M + m].
 *
 * @param dw - output, shape [kh, kw, C, M]
 * @param x - shape [B, H, W, C]
 * @param dy - shape [B, h, w, C * M]
 */
export function depthwiseFilterGradient(
  dw: Float32Array,
  x: Float32Array,
  dy: Float32Array,
  { channels, multiplier }: { readonly channels: number; readonly multiplier: number },
  g: ConvolutionGeometry,
): void {
  const outputs = channels * multiplier;
  const sum = new Float64Array(outputs);
  for (let ky = 0; ky < g.kernel[0]; ky++) {
    for (let kx = 0; kx < g.kernel[1]; kx++) {
      sum.fill(0);
      for (let b = 0; b < g.batch; b++) {
        for (let oy = 0; oy < g.outHeight; oy++) {
          const iy = oy * g.stride[0] - g.top + ky;
          if (iy < 0 || iy >= g.height) continue;
          for (let ox = 0; ox < g.outWidth; ox++) {
            const ix = ox * g.stride[1] - g.left + kx;
            if (ix < 0 || ix >= g.width) continue;
            const from = ((b * g.height + iy) * g.width + ix) * channels;
            const at = ((b * g.outHeight + oy) * g.outWidth + ox) * outputs;
            if (multiplier === 1) {
              for (let c = 0; c < channels; c++) sum[c] += x[from + c] * dy[at + c];
            } else {
              for (let o = 0; o < outputs; o++) sum[o] += x[from + Math.floor(o / multiplier)] * dy[at + o];
            }
          }
        }
      }
      dw.set(sum, (ky * g.kernel[1] + kx) * outputs);
    }
  }
}
