import { madd } from './lanes';

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
      let s00 = f32x4.splat(0);
      let s01 = s00;
      let s10 = s00;
      let s11 = s00;
      let s20 = s00;
      let s21 = s00;
      let s30 = s00;
      let s31 = s00;
      let q = panel;
      const end = strip + stripBytes;
      while (strip < end) {
        const d0 = v128.load(q);
        const d1 = v128.load(q, 16);
        let s = v128.load32_splat(strip);
        s00 = madd(s, d0, s00);
        s01 = madd(s, d1, s01);
        s = v128.load32_splat(strip, 4);
        s10 = madd(s, d0, s10);
        s11 = madd(s, d1, s11);
        s = v128.load32_splat(strip, 8);
        s20 = madd(s, d0, s20);
        s21 = madd(s, d1, s21);
        s = v128.load32_splat(strip, 12);
        s30 = madd(s, d0, s30);
        s31 = madd(s, d1, s31);
        strip += 16;
        q += 32;
      }
      v128.store(g, f32x4.add(v128.load(g), s00));
      v128.store(g, f32x4.add(v128.load(g, 16), s01), 16);
      if (left > 1) {
        v128.store(g, f32x4.add(v128.load(g, 32), s10), 32);
        v128.store(g, f32x4.add(v128.load(g, 48), s11), 48);
      }
      if (left > 2) {
        v128.store(g, f32x4.add(v128.load(g, 64), s20), 64);
        v128.store(g, f32x4.add(v128.load(g, 80), s21), 80);
      }
      if (left > 3) {
        v128.store(g, f32x4.add(v128.load(g, 96), s30), 96);
        v128.store(g, f32x4.add(v128.load(g, 112), s31), 112);
      }
      g += 128;
    }
  }
}
