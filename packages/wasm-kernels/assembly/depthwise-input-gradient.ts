import { ceilAtLeast0 } from './ceil-at-least-0';
import { loadLanes, madd, storePart } from './lanes';

/**
 * dx[i, c] (+)= sum over the outputs o and taps with stride o + tap - pad = i of dy[o, c] w[tap, c].
 *
 * Pixels `stride` apart have the same taps: four of them at a time share the loads of the weights.
 */
export function depthwiseInputGradient(
  dy: usize,
  dyImage: i32,
  dyRow: i32,
  dyPixel: i32,
  outHeight: i32,
  outWidth: i32,
  weights: usize,
  dx: usize,
  dxImage: i32,
  dxRow: i32,
  dxPixel: i32,
  inHeight: i32,
  inWidth: i32,
  images: i32,
  channels: i32,
  kh: i32,
  kw: i32,
  strideY: i32,
  strideX: i32,
  padY: i32,
  padX: i32,
  accumulate: i32,
): void {
  const pixel: usize = dyPixel << 2;
  const step: usize = (strideX * dxPixel) << 2;
  const nextTap: usize = (strideX * channels) << 2;
  for (let image = 0; image < images; image++) {
    for (let iy = 0; iy < inHeight; iy++) {
      // The outputs that see row iy are oyLast, oyLast - 1, ..., through the taps kyFirst, kyFirst + stride, ...
      const shiftY = iy + padY;
      const oyLast = min(shiftY / strideY, outHeight - 1);
      const tapRows = max(oyLast - ceilAtLeast0(shiftY - kh + 1, strideY) + 1, 0);
      const kyFirst = shiftY - oyLast * strideY;
      for (let phase = 0; phase < min(strideX, inWidth); phase++) {
        let ix = phase;
        while (ix < inWidth) {
          const shiftX = ix + padX;
          const oxLast = min(shiftX / strideX, outWidth - 1);
          const taps = tapRows === 0 ? 0 : max(oxLast - ceilAtLeast0(shiftX - kw + 1, strideX) + 1, 0);
          const kxFirst = shiftX - oxLast * strideX;
          let q = dx + ((image * dxImage + iy * dxRow + ix * dxPixel) << 2);
          let p = dy + ((image * dyImage + oyLast * dyRow + oxLast * dyPixel) << 2);
          let w = weights + (((kyFirst * kw + kxFirst) * channels) << 2);
          // back to the first column, one row of outputs up; to the first tap, `strideY` rows of taps down
          const skip: usize = (taps * dyPixel - dyRow) << 2;
          const skipTaps: usize = ((strideY * kw - taps * strideX) * channels) << 2;
          const last = shiftX + 3 * strideX;
          const alike =
            last - padX < inWidth &&
            last / strideX < outWidth &&
            last / strideX - ceilAtLeast0(last - kw + 1, strideX) + 1 === taps &&
            last - (last / strideX) * strideX === kxFirst;
          if (alike) {
            // Groups of four have the same taps until the last outputs or inputs of the row.
            let groups = min((outWidth - oxLast) >> 2, ((inWidth - 1 - ix) / strideX + 1) >> 2);
            ix += groups * 4 * strideX;
            for (; groups > 0; groups--) {
            let c = 0;
            for (; c + 8 <= channels; c += 8) {
              let s00 = f32x4.splat(0);
              let s01 = s00;
              let s10 = s00;
              let s11 = s00;
              let s20 = s00;
              let s21 = s00;
              let s30 = s00;
              let s31 = s00;
              let a0 = p;
              let a1 = p + pixel;
              let a2 = a1 + pixel;
              let a3 = a2 + pixel;
              let v = w;
              for (let ky = tapRows; ky > 0; ky--) {
                for (let kx = taps; kx > 0; kx--) {
                  const w0 = v128.load(v);
                  const w1 = v128.load(v, 16);
                  s00 = madd(v128.load(a0), w0, s00);
                  s01 = madd(v128.load(a0, 16), w1, s01);
                  s10 = madd(v128.load(a1), w0, s10);
                  s11 = madd(v128.load(a1, 16), w1, s11);
                  s20 = madd(v128.load(a2), w0, s20);
                  s21 = madd(v128.load(a2, 16), w1, s21);
                  s30 = madd(v128.load(a3), w0, s30);
                  s31 = madd(v128.load(a3, 16), w1, s31);
                  v += nextTap;
                  a0 -= pixel;
                  a1 -= pixel;
                  a2 -= pixel;
                  a3 -= pixel;
                }
                v += skipTaps;
                a0 += skip;
                a1 += skip;
                a2 += skip;
                a3 += skip;
              }
              let to = q;
              if (accumulate) {
                s00 = f32x4.add(s00, v128.load(to));
                s01 = f32x4.add(s01, v128.load(to, 16));
                s10 = f32x4.add(s10, v128.load(to + step));
                s11 = f32x4.add(s11, v128.load(to + step, 16));
                s20 = f32x4.add(s20, v128.load(to + 2 * step));
                s21 = f32x4.add(s21, v128.load(to + 2 * step, 16));
                s30 = f32x4.add(s30, v128.load(to + 3 * step));
                s31 = f32x4.add(s31, v128.load(to + 3 * step, 16));
              }
              v128.store(to, s00);
              v128.store(to, s01, 16);
              v128.store((to += step), s10);
              v128.store(to, s11, 16);
              v128.store((to += step), s20);
              v128.store(to, s21, 16);
              v128.store((to += step), s30);
              v128.store(to, s31, 16);
              p += 32;
              q += 32;
              w += 32;
            }
            for (; c < channels; c += 4) {
              const lanes = channels - c;
              let s0 = f32x4.splat(0);
              let s1 = s0;
              let s2 = s0;
              let s3 = s0;
              let a = p;
              let v = w;
              for (let ky = tapRows; ky > 0; ky--) {
                for (let kx = taps; kx > 0; kx--) {
                  const w0 = loadLanes(v, lanes);
                  s0 = madd(loadLanes(a, lanes), w0, s0);
                  s1 = madd(loadLanes(a + pixel, lanes), w0, s1);
                  s2 = madd(loadLanes(a + 2 * pixel, lanes), w0, s2);
                  s3 = madd(loadLanes(a + 3 * pixel, lanes), w0, s3);
                  v += nextTap;
                  a -= pixel;
                }
                v += skipTaps;
                a += skip;
              }
              if (accumulate) {
                s0 = f32x4.add(s0, loadLanes(q, lanes));
                s1 = f32x4.add(s1, loadLanes(q + step, lanes));
                s2 = f32x4.add(s2, loadLanes(q + 2 * step, lanes));
                s3 = f32x4.add(s3, loadLanes(q + 3 * step, lanes));
              }
              storePart(q, s0, lanes);
              storePart(q + step, s1, lanes);
              storePart(q + 2 * step, s2, lanes);
              storePart(q + 3 * step, s3, lanes);
              p += 16;
              q += 16;
              w += 16;
            }
            // behind the last channel: back to the first, four outputs on
            const walked: usize = ((channels + 3) & ~3) << 2;
            p += (pixel << 2) - walked;
            q += (step << 2) - walked;
            w -= walked;
            }
            continue;
          }
          let c = 0;
          for (; c + 16 <= channels; c += 16) {
            let s0 = f32x4.splat(0);
            let s1 = s0;
            let s2 = s0;
            let s3 = s0;
            let a = p;
            let v = w;
            for (let ky = tapRows; ky > 0; ky--) {
              for (let kx = taps; kx > 0; kx--) {
                s0 = madd(v128.load(a), v128.load(v), s0);
                s1 = madd(v128.load(a, 16), v128.load(v, 16), s1);
                s2 = madd(v128.load(a, 32), v128.load(v, 32), s2);
                s3 = madd(v128.load(a, 48), v128.load(v, 48), s3);
                v += nextTap;
                a -= pixel;
              }
              v += skipTaps;
              a += skip;
            }
            if (accumulate) {
              s0 = f32x4.add(s0, v128.load(q));
              s1 = f32x4.add(s1, v128.load(q, 16));
              s2 = f32x4.add(s2, v128.load(q, 32));
              s3 = f32x4.add(s3, v128.load(q, 48));
            }
            v128.store(q, s0);
            v128.store(q, s1, 16);
            v128.store(q, s2, 32);
            v128.store(q, s3, 48);
            p += 64;
            q += 64;
            w += 64;
          }
          for (; c < channels; c += 4) {
            const lanes = channels - c;
            let s = f32x4.splat(0);
            let a = p;
            let v = w;
            for (let ky = tapRows; ky > 0; ky--) {
              for (let kx = taps; kx > 0; kx--) {
                s = madd(loadLanes(a, lanes), loadLanes(v, lanes), s);
                v += nextTap;
                a -= pixel;
              }
              v += skipTaps;
              a += skip;
            }
            if (accumulate) s = f32x4.add(s, loadLanes(q, lanes));
            storePart(q, s, lanes);
            p += 16;
            q += 16;
            w += 16;
          }
          ix += strideX;
        }
      }
    }
  }
}
