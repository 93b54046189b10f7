import { madd, loadLanes, storeLanes } from './lanes';

/** Rows whose addresses are kept at a time: an odd number of tiles, see where they are spread. */
const BLOCK: i32 = 124;

/** Runs below this are gone through by a table of offsets: the ends of their loops would cost as much as they do. */
const SHORT: i32 = 48;

/** C is added to instead of replaced (and the bias is not used). */
const ACCUMULATE: i32 = 1;
/** max(., 0) at the end. */
const RELU: i32 = 2;

/**
 * Implicit GEMM: C[r, n] = bias[n] + sum over taps and k of A[r + tap, k] * B[tap, k, n].
 *
 * Rows r are the pixels of `images` images of `height` x `width`; A and C find them by their own pitches, so that strides,
 * halos and channel slices cost nothing. A tap is a shift of A: rows of taps `tapRowPitch` apart, `run` numbers that lie
 * side by side in each. A convolution over a haloed image whose pixels are dense is `kh` rows of one tap of kw * Cin
 * numbers; a dense layer is one tap.
 *
 * @param b - packed [ceil(N / 8)][taps * run][8], zeros behind the last column
 * @param bPanel - floats from panel to panel: taps * run * 8, or more for a part of the taps of a larger B
 * @param bias - 0 = none; else ceil(N / 8) * 8 numbers
 * @param scratch - 1,024 bytes, and 4 for each number of a row's products (taps * run) where there are several taps
 */
export function gemm(
  a: usize,
  aImage: i32,
  aRow: i32,
  aPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  tapRows: i32,
  tapRowPitch: i32,
  tapColumns: i32,
  tapColumnPitch: i32,
  run: i32,
  b: usize,
  bPanel: i32,
  c: usize,
  cImage: i32,
  cRow: i32,
  cPixel: i32,
  columns: i32,
  bias: usize,
  flags: i32,
  scratch: usize,
): void {
  const rows = images * height * width;
  const panelBytes = bPanel << 2;
  const taps = tapRows * tapColumns;
  const runBytes = run << 2;
  const depth = taps * run;
  // Behind the addresses of A and C, 512 bytes each.
  const offsets = scratch + 1024;
  if (taps > 1 && run < SHORT) {
    let t = offsets;
    for (let row = 0; row < tapRows; row++) {
      for (let tap = 0; tap < tapColumns; tap++) {
        for (let k = 0; k < run; k++) {
          store<usize>(t, (row * tapRowPitch + tap * tapColumnPitch + k) << 2);
          t += 4;
        }
      }
    }
  }
  let image = 0;
  let y = 0;
  let x = 0;
  for (let start = 0; start < rows; start += BLOCK) {
    const count = min(BLOCK, rows - start);
    // With one tap the rows of a tile are spread over the block: each lies behind that of the tile before, so that A and C are
    // gone through in order, as the processor foresees it. An odd number apart they share no more cache sets than neighbours
    // do. With several taps a tile has neighbours, which have numbers of A in common.
    const step = taps === 1 && count === BLOCK ? 4 : 1;
    let slot = 0;
    for (let i = 0; i < count; i++) {
      const entry = scratch + (slot << 2);
      store<usize>(entry, a + ((image * aImage + y * aRow + x * aPixel) << 2));
      store<usize>(entry, c + ((image * cImage + y * cRow + x * cPixel) << 2), 512);
      slot += step;
      if (slot >= BLOCK) slot -= BLOCK - 1;
      if (++x === width) {
        x = 0;
        if (++y === height) {
          y = 0;
          image++;
        }
      }
    }
    // Rows behind the last repeat it: they compute the same and store it once more.
    for (let i = count; i & 3; i++) {
      store<usize>(scratch + (i << 2), load<usize>(scratch + ((count - 1) << 2)));
      store<usize>(scratch + (i << 2), load<usize>(scratch + ((count - 1) << 2), 512), 512);
    }
    let panel = b;
    for (let column = 0; column < columns; column += 8) {
      const wide = columns - column >= 8;
      const offset = column << 2;
      let low = f32x4.splat(0);
      let high = f32x4.splat(0);
      if (bias !== 0) {
        low = v128.load(bias + offset);
        high = v128.load(bias + offset, 16);
      }
      for (let i = 0; i < count; i += 4) {
        const rowTable = scratch + (i << 2);
        let a0 = load<usize>(rowTable);
        let a1 = load<usize>(rowTable, 4);
        let a2 = load<usize>(rowTable, 8);
        let a3 = load<usize>(rowTable, 12);
        const c0 = load<usize>(rowTable, 512) + offset;
        const c1 = load<usize>(rowTable, 516) + offset;
        const c2 = load<usize>(rowTable, 520) + offset;
        const c3 = load<usize>(rowTable, 524) + offset;
        let s00 = low;
        let s01 = high;
        let s10 = low;
        let s11 = high;
        let s20 = low;
        let s21 = high;
        let s30 = low;
        let s31 = high;
        if (flags & ACCUMULATE) {
          if (wide) {
            s00 = v128.load(c0);
            s01 = v128.load(c0, 16);
            s10 = v128.load(c1);
            s11 = v128.load(c1, 16);
            s20 = v128.load(c2);
            s21 = v128.load(c2, 16);
            s30 = v128.load(c3);
            s31 = v128.load(c3, 16);
          } else {
            const left = columns - column;
            const more = max(left - 4, 0);
            s00 = loadLanes(c0, left);
            s01 = loadLanes(c0 + 16, more);
            s10 = loadLanes(c1, left);
            s11 = loadLanes(c1 + 16, more);
            s20 = loadLanes(c2, left);
            s21 = loadLanes(c2 + 16, more);
            s30 = loadLanes(c3, left);
            s31 = loadLanes(c3 + 16, more);
          }
        }
        let q = panel;
        if (taps === 1) {
          const end = q + (run << 5);
          while (q < end) {
            const b0 = v128.load(q);
            const b1 = v128.load(q, 16);
            let s = v128.load32_splat(a0);
            s00 = madd(s, b0, s00);
            s01 = madd(s, b1, s01);
            s = v128.load32_splat(a1);
            s10 = madd(s, b0, s10);
            s11 = madd(s, b1, s11);
            s = v128.load32_splat(a2);
            s20 = madd(s, b0, s20);
            s21 = madd(s, b1, s21);
            s = v128.load32_splat(a3);
            s30 = madd(s, b0, s30);
            s31 = madd(s, b1, s31);
            a0 += 4;
            a1 += 4;
            a2 += 4;
            a3 += 4;
            q += 32;
          }
        } else if (run < SHORT) {
          let t = offsets;
          const end = q + (depth << 5);
          while (q < end) {
            const o = load<usize>(t);
            const b0 = v128.load(q);
            const b1 = v128.load(q, 16);
            let s = v128.load32_splat(a0 + o);
            s00 = madd(s, b0, s00);
            s01 = madd(s, b1, s01);
            s = v128.load32_splat(a1 + o);
            s10 = madd(s, b0, s10);
            s11 = madd(s, b1, s11);
            s = v128.load32_splat(a2 + o);
            s20 = madd(s, b0, s20);
            s21 = madd(s, b1, s21);
            s = v128.load32_splat(a3 + o);
            s30 = madd(s, b0, s30);
            s31 = madd(s, b1, s31);
            t += 4;
            q += 32;
          }
        } else {
          for (let row = 0; row < tapRows; row++) {
            let p0 = a0;
            let p1 = a1;
            let p2 = a2;
            let p3 = a3;
            for (let tap = 0; tap < tapColumns; tap++) {
              const end = q + (run << 5);
              while (q < end) {
                const b0 = v128.load(q);
                const b1 = v128.load(q, 16);
                let s = v128.load32_splat(p0);
                s00 = madd(s, b0, s00);
                s01 = madd(s, b1, s01);
                s = v128.load32_splat(p1);
                s10 = madd(s, b0, s10);
                s11 = madd(s, b1, s11);
                s = v128.load32_splat(p2);
                s20 = madd(s, b0, s20);
                s21 = madd(s, b1, s21);
                s = v128.load32_splat(p3);
                s30 = madd(s, b0, s30);
                s31 = madd(s, b1, s31);
                p0 += 4;
                p1 += 4;
                p2 += 4;
                p3 += 4;
                q += 32;
              }
              const skip = (tapColumnPitch << 2) - runBytes;
              p0 += skip;
              p1 += skip;
              p2 += skip;
              p3 += skip;
            }
            a0 += tapRowPitch << 2;
            a1 += tapRowPitch << 2;
            a2 += tapRowPitch << 2;
            a3 += tapRowPitch << 2;
          }
        }
        if (flags & RELU) {
          const zero = f32x4.splat(0);
          s00 = f32x4.max(s00, zero);
          s01 = f32x4.max(s01, zero);
          s10 = f32x4.max(s10, zero);
          s11 = f32x4.max(s11, zero);
          s20 = f32x4.max(s20, zero);
          s21 = f32x4.max(s21, zero);
          s30 = f32x4.max(s30, zero);
          s31 = f32x4.max(s31, zero);
        }
        if (wide) {
          v128.store(c0, s00);
          v128.store(c0, s01, 16);
          v128.store(c1, s10);
          v128.store(c1, s11, 16);
          v128.store(c2, s20);
          v128.store(c2, s21, 16);
          v128.store(c3, s30);
          v128.store(c3, s31, 16);
        } else {
          const left = columns - column;
          storeLanes(c0, s00, s01, left);
          storeLanes(c1, s10, s11, left);
          storeLanes(c2, s20, s21, left);
          storeLanes(c3, s30, s31, left);
        }
      }
      panel += panelBytes;
    }
  }
}
