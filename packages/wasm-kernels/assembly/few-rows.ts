import { addProducts } from './product-tile';

/**
 * dW[k, n] += sum over rows r of A[r, k] * D[r, n] for a few rows, as dense layers have at small batches: the gradient is
 * gone through once, in the order in which it lies, since reading and writing it is what takes the time.
 *
 * @param rows - 1..64
 * @param gradient - packed [ceil(N / 8)][run][8]; lanes behind the last column get 0 added
 * @param gradientPanel - floats from panel to panel
 * @param scratch - 16 * rows * ceil(run / 4) + 32 * rows bytes
 */
export function filterGradientOfFewRows(
  a: usize,
  aPitch: i32,
  rows: i32,
  run: i32,
  gradient: usize,
  gradientPanel: i32,
  d: usize,
  dPitch: i32,
  columns: i32,
  scratch: usize,
): void {
  const stripBytes = rows << 4;
  const panel = scratch;
  const strips = scratch + (rows << 5);
  // Four numbers of each row side by side, so that their rows do not fall on the same cache lines.
  let strip = strips;
  for (let k = 0; k < run; k += 4) {
    const left = run - k;
    let from = a + (k << 2);
    for (let to = strip; to < strip + stripBytes; to += 16) {
      if (left >= 4) v128.store(to, v128.load(from));
      else {
        store<f32>(to, load<f32>(from));
        store<f32>(to, left > 1 ? load<f32>(from, 4) : 0, 4);
        store<f32>(to, left > 2 ? load<f32>(from, 8) : 0, 8);
        store<f32>(to, 0, 12);
      }
      from += aPitch << 2;
    }
    strip += stripBytes;
  }
  for (let column = 0; column < columns; column += 8) {
    const width = min(8, columns - column);
    let from = d + (column << 2);
    for (let to = panel; to < panel + (rows << 5); to += 32) {
      if (width === 8) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        for (let lane = 0; lane < 8; lane++) {
          store<f32>(to + (lane << 2), lane < width ? load<f32>(from + (lane << 2)) : 0);
        }
      }
      from += dPitch << 2;
    }
    let g = gradient + (((column >> 3) * gradientPanel) << 2);
    strip = strips;
    for (let left = run; left > 0; left -= 4) {
      addProducts(strip, strip + stripBytes, panel, g, left);
      strip += stripBytes;
      g += 128;
    }
  }
}
