import { filterRow, filterRowAdjoint, inputRow, inputRowAdjoint, outputRow, outputRowAdjoint, splat } from './winograd-rows';

// Winograd's minimal filtering with the six points 0, 1, -1, 2, -2 and infinity: F(4x4, 3x3) and F(2x2, 5x5) read the same
// 6x6 tiles, so they share B. A convolution is 36 products V U = M; the passes back are the adjoints of the way there, so
// that V and U serve three times: M' = A dY A^T, dW = G^T (V^T M') G, dX = B (M' U^T) B^T.
// Lavin and Gray, arXiv 1509.09308.

/**
 * U = G g G^T for all filters.
 *
 * @param filters - packed [N / 8][kernel * kernel * inputs][8]
 * @param u - [36][N / 8][inputs][8], points `uPitch` floats apart
 * @param scratch - 576 bytes
 */
export function winogradFilter(
  filters: usize,
  kernel: i32,
  inputs: i32,
  outputs: i32,
  u: usize,
  uPitch: i32,
  scratch: usize,
): void {
  const tap: usize = inputs << 5;
  const point: usize = uPitch << 2;
  for (let panel = 0; panel < outputs; panel += 8) {
    const source = filters + (panel * kernel * kernel * inputs << 2);
    const target = u + (panel * inputs << 2);
    for (let k: usize = 0; k < <usize>(inputs << 1); k++) {
      const from = source + (k << 4);
      for (let j = 0; j < kernel; j++) {
        filterRow(from + j * tap, kernel * tap, scratch + (j << 4), 96, kernel);
      }
      for (let i = 0; i < 6; i++) {
        filterRow(scratch + i * 96, 16, target + (k << 4) + i * 6 * point, point, kernel);
      }
    }
  }
}

/** The filters' gradient += G^T dU G; shapes as in `winogradFilter`. */
export function winogradFilterGradient(
  du: usize,
  uPitch: i32,
  kernel: i32,
  inputs: i32,
  outputs: i32,
  gradient: usize,
  scratch: usize,
): void {
  const tap: usize = inputs << 5;
  const point: usize = uPitch << 2;
  for (let panel = 0; panel < outputs; panel += 8) {
    const target = gradient + (panel * kernel * kernel * inputs << 2);
    const source = du + (panel * inputs << 2);
    for (let k: usize = 0; k < <usize>(inputs << 1); k++) {
      for (let j = 0; j < 6; j++) {
        filterRowAdjoint(source + (k << 4) + j * point, 6 * point, scratch + (j << 4), 96, kernel, false);
      }
      const to = target + (k << 4);
      for (let i = 0; i < kernel; i++) {
        filterRowAdjoint(scratch + i * 96, 16, to + i * kernel * tap, tap, kernel, true);
      }
    }
  }
}

/**
 * V = B^T x B for all tiles.
 *
 * @param x - the first number of the first tile (with the halo where there is padding)
 * @param step - outputs of a tile on an axis: 4 for 3x3 filters, 2 for 5x5
 * @param channels - a multiple of 4
 * @param v - [36][tiles][channels], points `vPitch` floats apart
 * @param scratch - 576 bytes
 */
export function winogradInput(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  images: i32,
  tilesY: i32,
  tilesX: i32,
  step: i32,
  channels: i32,
  v: usize,
  vPitch: i32,
  scratch: usize,
): void {
  const row: usize = xRow << 2;
  const pixel: usize = xPixel << 2;
  const point: usize = vPitch << 2;
  let to = v;
  for (let image = 0; image < images; image++) {
    for (let ty = 0; ty < tilesY; ty++) {
      for (let tx = 0; tx < tilesX; tx++) {
        const tile = x + ((image * xImage + ty * step * xRow + tx * step * xPixel) << 2);
        for (let c = 0; c < channels; c += 4) {
          const from = tile + (c << 2);
          for (let j: usize = 0; j < 6; j++) {
            inputRow(from + j * pixel, row, scratch + (j << 4), 96);
          }
          for (let i: usize = 0; i < 6; i++) {
            inputRow(scratch + i * 96, 16, to + i * 6 * point, point);
          }
          to += 16;
        }
      }
    }
  }
}

/** dx += B dV B^T: scattered to the tiles, halo included. Shapes as in `winogradInput`. */
export function winogradInputGradient(
  dv: usize,
  vPitch: i32,
  images: i32,
  tilesY: i32,
  tilesX: i32,
  step: i32,
  channels: i32,
  dx: usize,
  dxImage: i32,
  dxRow: i32,
  dxPixel: i32,
  scratch: usize,
): void {
  const row: usize = dxRow << 2;
  const pixel: usize = dxPixel << 2;
  const point: usize = vPitch << 2;
  let from = dv;
  for (let image = 0; image < images; image++) {
    for (let ty = 0; ty < tilesY; ty++) {
      for (let tx = 0; tx < tilesX; tx++) {
        const tile = dx + ((image * dxImage + ty * step * dxRow + tx * step * dxPixel) << 2);
        for (let c = 0; c < channels; c += 4) {
          for (let j: usize = 0; j < 6; j++) {
            inputRowAdjoint(from + j * point, 6 * point, scratch + (j << 4), 96, false);
          }
          const to = tile + (c << 2);
          for (let i: usize = 0; i < 6; i++) {
            inputRowAdjoint(scratch + i * 96, 16, to + i * row, pixel, true);
          }
          from += 16;
        }
      }
    }
  }
}

/**
 * Y = A^T M A + bias, with relu if asked for.
 *
 * @param m - [36][tiles][channels], points `mPitch` floats apart
 * @param bias - 0 = none
 * @param relu - 1 = max(., 0)
 * @param scratch - 576 bytes
 */
export function winogradOutput(
  m: usize,
  mPitch: i32,
  images: i32,
  tilesY: i32,
  tilesX: i32,
  step: i32,
  channels: i32,
  y: usize,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  bias: usize,
  relu: i32,
  scratch: usize,
): void {
  const row: usize = yRow << 2;
  const pixel: usize = yPixel << 2;
  const point: usize = mPitch << 2;
  const zero = splat(0);
  const lowest = splat(-Infinity);
  const floor = relu ? zero : lowest;
  let from = m;
  for (let image = 0; image < images; image++) {
    for (let ty = 0; ty < tilesY; ty++) {
      for (let tx = 0; tx < tilesX; tx++) {
        const tile = y + ((image * yImage + ty * step * yRow + tx * step * yPixel) << 2);
        for (let c = 0; c < channels; c += 4) {
          for (let j: usize = 0; j < 6; j++) {
            outputRow(from + j * point, 6 * point, scratch + (j << 4), 96, step, zero, lowest);
          }
          const to = tile + (c << 2);
          const shift = bias === 0 ? zero : v128.load(bias + (c << 2));
          for (let i: usize = 0; i < <usize>step; i++) {
            outputRow(scratch + i * 96, 16, to + i * row, pixel, step, shift, floor);
          }
          from += 16;
        }
      }
    }
  }
}

/** M' = A dY A^T: what the passes back begin with. Shapes as in `winogradOutput`. */
export function winogradOutputGradient(
  dy: usize,
  dyImage: i32,
  dyRow: i32,
  dyPixel: i32,
  images: i32,
  tilesY: i32,
  tilesX: i32,
  step: i32,
  channels: i32,
  dm: usize,
  mPitch: i32,
  scratch: usize,
): void {
  const row: usize = dyRow << 2;
  const pixel: usize = dyPixel << 2;
  const point: usize = mPitch << 2;
  let to = dm;
  for (let image = 0; image < images; image++) {
    for (let ty = 0; ty < tilesY; ty++) {
      for (let tx = 0; tx < tilesX; tx++) {
        const tile = dy + ((image * dyImage + ty * step * dyRow + tx * step * dyPixel) << 2);
        for (let c = 0; c < channels; c += 4) {
          const from = tile + (c << 2);
          for (let j: usize = 0; j < <usize>step; j++) {
            outputRowAdjoint(from + j * pixel, row, scratch + (j << 4), 96, step);
          }
          for (let i: usize = 0; i < 6; i++) {
            outputRowAdjoint(scratch + i * 96, 16, to + i * 6 * point, point, step);
          }
          to += 16;
        }
      }
    }
  }
}
