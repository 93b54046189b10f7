import { loadLanes, madd, storePart } from './lanes';

// Depthwise convolutions: each channel has its own filter, weights are [kernel height][kernel width][channels].

/**
 * y[o, c] = bias[c] + sum over taps of x[stride o + tap, c] w[tap, c].
 *
 * Four outputs (of any rows) and eight channels at a time share the loads of the weights.
 *
 * @param x - the first tap of the first output: where there is padding, the zero halo is part of the image
 * @param weights - [kh][kw][channels]
 * @param bias - 0 = none
 */
export function depthwise(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  weights: usize,
  bias: usize,
  y: usize,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  images: i32,
  outHeight: i32,
  outWidth: i32,
  channels: i32,
  kh: i32,
  kw: i32,
  strideY: i32,
  strideX: i32,
): void {
  const pixel: usize = xPixel << 2;
  const next: usize = channels << 2;
  const skip: usize = (xRow - kw * xPixel) << 2;
  const count = images * outHeight * outWidth;
  let image = 0;
  let line = 0;
  let column = 0;
  for (let i = 0; i < count; i += 4) {
    let p0: usize = 0;
    let p1: usize = 0;
    let p2: usize = 0;
    let p3: usize = 0;
    let q0: usize = 0;
    let q1: usize = 0;
    let q2: usize = 0;
    let q3: usize = 0;
    for (let k = 0; k < 4; k++) {
      // Outputs behind the last repeat it.
      p0 = p1;
      p1 = p2;
      p2 = p3;
      q0 = q1;
      q1 = q2;
      q2 = q3;
      if (i + k < count) {
        p3 = x + ((image * xImage + line * strideY * xRow + column * strideX * xPixel) << 2);
        q3 = y + ((image * yImage + line * yRow + column * yPixel) << 2);
        if (++column === outWidth) {
          column = 0;
          if (++line === outHeight) {
            line = 0;
            image++;
          }
        }
      }
    }
    let c = 0;
    for (; c + 8 <= channels; c += 8) {
      const at: usize = c << 2;
      let w = weights + at;
      let s00 = f32x4.splat(0);
      let s01 = s00;
      if (bias !== 0) {
        s00 = v128.load(bias + at);
        s01 = v128.load(bias + at, 16);
      }
      let s10 = s00;
      let s11 = s01;
      let s20 = s00;
      let s21 = s01;
      let s30 = s00;
      let s31 = s01;
      let a0 = p0 + at;
      let a1 = p1 + at;
      let a2 = p2 + at;
      let a3 = p3 + at;
      for (let ky = kh; ky > 0; ky--) {
        for (let kx = kw; kx > 0; kx--) {
          const w0 = v128.load(w);
          const w1 = v128.load(w, 16);
          s00 = madd(v128.load(a0), w0, s00);
          s01 = madd(v128.load(a0, 16), w1, s01);
          s10 = madd(v128.load(a1), w0, s10);
          s11 = madd(v128.load(a1, 16), w1, s11);
          s20 = madd(v128.load(a2), w0, s20);
          s21 = madd(v128.load(a2, 16), w1, s21);
          s30 = madd(v128.load(a3), w0, s30);
          s31 = madd(v128.load(a3, 16), w1, s31);
          w += next;
          a0 += pixel;
          a1 += pixel;
          a2 += pixel;
          a3 += pixel;
        }
        a0 += skip;
        a1 += skip;
        a2 += skip;
        a3 += skip;
      }
      v128.store(q0 + at, s00);
      v128.store(q0 + at, s01, 16);
      v128.store(q1 + at, s10);
      v128.store(q1 + at, s11, 16);
      v128.store(q2 + at, s20);
      v128.store(q2 + at, s21, 16);
      v128.store(q3 + at, s30);
      v128.store(q3 + at, s31, 16);
    }
    for (; c < channels; c += 4) {
      const at: usize = c << 2;
      const lanes = channels - c;
      let w = weights + at;
      let s0 = f32x4.splat(0);
      if (bias !== 0) s0 = loadLanes(bias + at, lanes);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      let a0 = p0 + at;
      let a1 = p1 + at;
      let a2 = p2 + at;
      let a3 = p3 + at;
      for (let ky = kh; ky > 0; ky--) {
        for (let kx = kw; kx > 0; kx--) {
          const w0 = loadLanes(w, lanes);
          s0 = madd(loadLanes(a0, lanes), w0, s0);
          s1 = madd(loadLanes(a1, lanes), w0, s1);
          s2 = madd(loadLanes(a2, lanes), w0, s2);
          s3 = madd(loadLanes(a3, lanes), w0, s3);
          w += next;
          a0 += pixel;
          a1 += pixel;
          a2 += pixel;
          a3 += pixel;
        }
        a0 += skip;
        a1 += skip;
        a2 += skip;
        a3 += skip;
      }
      storePart(q0 + at, s0, lanes);
      storePart(q1 + at, s1, lanes);
      storePart(q2 + at, s2, lanes);
      storePart(q3 + at, s3, lanes);
    }
  }
}

/** ceil(a / b) for b > 0 and a of any sign, not below 0. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function ceilAtLeast0(a: i32, b: i32): i32 {
  return a <= 0 ? 0 : (a + b - 1) / b;
}

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

// @ts-expect-error: decorators are AssemblyScript's
@inline
function addTo(to: usize, value: v128, lanes: i32): void {
  storePart(to, f32x4.add(loadLanes(to, lanes), value), lanes);
}

/** Outputs whose sums stay in registers, at least where their inputs stay near. */
const TILE: i32 = 64;
/** Floats of the inputs of such a tile, at most: a tile is walked once for every four channels. */
const NEAR: i32 = 65536;

/**
 * dW[tap, c] += sum over outputs of x[stride o + tap, c] dy[o, c], shapes as in `depthwise`.
 *
 * The nine sums of a 3x3 filter, or the five of a row of a 5x5 one, stay in registers for a tile of outputs.
 */
export function depthwiseFilterGradient(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  dy: usize,
  dyImage: i32,
  dyRow: i32,
  dyPixel: i32,
  images: i32,
  outHeight: i32,
  outWidth: i32,
  channels: i32,
  kh: i32,
  kw: i32,
  strideY: i32,
  strideX: i32,
  dWeights: usize,
): void {
  const rows = images * outHeight;
  const tile = max(1, min(TILE / outWidth, NEAR / max(1, xImage / outHeight)));
  const pixel: usize = xPixel << 2;
  const pixel2 = pixel << 1;
  const xLine: usize = xRow << 2;
  const step: usize = (strideX * xPixel) << 2;
  const dyStep: usize = dyPixel << 2;
  const next: usize = channels << 2;
  const zero = f32x4.splat(0);
  for (let first = 0; first < rows; first += tile) {
    const end = min(first + tile, rows);
    const firstImage = first / outHeight;
    const firstY = first - firstImage * outHeight;
    for (let c = 0; c < channels; c += 4) {
      const lanes = channels - c;
      const at: usize = c << 2;
      if (kh === 3 && kw === 3) {
        let s00 = zero;
        let s01 = zero;
        let s02 = zero;
        let s10 = zero;
        let s11 = zero;
        let s12 = zero;
        let s20 = zero;
        let s21 = zero;
        let s22 = zero;
        let image = firstImage;
        let line = firstY;
        for (let row = first; row < end; row++) {
          let p = x + at + ((image * xImage + line * strideY * xRow) << 2);
          let q = dy + at + ((image * dyImage + line * dyRow) << 2);
          if (lanes >= 4) {
            for (let i = outWidth; i > 0; i--) {
              const d = v128.load(q);
              const p1 = p + xLine;
              const p2 = p1 + xLine;
              s00 = madd(v128.load(p), d, s00);
              s01 = madd(v128.load(p + pixel), d, s01);
              s02 = madd(v128.load(p + pixel2), d, s02);
              s10 = madd(v128.load(p1), d, s10);
              s11 = madd(v128.load(p1 + pixel), d, s11);
              s12 = madd(v128.load(p1 + pixel2), d, s12);
              s20 = madd(v128.load(p2), d, s20);
              s21 = madd(v128.load(p2 + pixel), d, s21);
              s22 = madd(v128.load(p2 + pixel2), d, s22);
              p += step;
              q += dyStep;
            }
          } else {
            for (let i = outWidth; i > 0; i--) {
              const d = loadLanes(q, lanes);
              const p1 = p + xLine;
              const p2 = p1 + xLine;
              s00 = madd(loadLanes(p, lanes), d, s00);
              s01 = madd(loadLanes(p + pixel, lanes), d, s01);
              s02 = madd(loadLanes(p + pixel2, lanes), d, s02);
              s10 = madd(loadLanes(p1, lanes), d, s10);
              s11 = madd(loadLanes(p1 + pixel, lanes), d, s11);
              s12 = madd(loadLanes(p1 + pixel2, lanes), d, s12);
              s20 = madd(loadLanes(p2, lanes), d, s20);
              s21 = madd(loadLanes(p2 + pixel, lanes), d, s21);
              s22 = madd(loadLanes(p2 + pixel2, lanes), d, s22);
              p += step;
              q += dyStep;
            }
          }
          if (++line === outHeight) {
            line = 0;
            image++;
          }
        }
        let g = dWeights + at;
        addTo(g, s00, lanes);
        addTo((g += next), s01, lanes);
        addTo((g += next), s02, lanes);
        addTo((g += next), s10, lanes);
        addTo((g += next), s11, lanes);
        addTo((g += next), s12, lanes);
        addTo((g += next), s20, lanes);
        addTo((g += next), s21, lanes);
        addTo((g += next), s22, lanes);
        continue;
      }
      for (let ky = 0; ky < kh; ky++) {
        let kx = 0;
        while (kx < kw) {
          const from = x + at + ((ky * xRow + kx * xPixel) << 2);
          let g = dWeights + at + (((ky * kw + kx) * channels) << 2);
          const five = lanes >= 4 && kw - kx >= 5;
          let s0 = zero;
          let s1 = zero;
          let s2 = zero;
          let s3 = zero;
          let s4 = zero;
          let image = firstImage;
          let line = firstY;
          for (let row = first; row < end; row++) {
            let p = from + ((image * xImage + line * strideY * xRow) << 2);
            let q = dy + at + ((image * dyImage + line * dyRow) << 2);
            if (five) {
              for (let i = outWidth; i > 0; i--) {
                const d = v128.load(q);
                const p2 = p + pixel2;
                s0 = madd(v128.load(p), d, s0);
                s1 = madd(v128.load(p + pixel), d, s1);
                s2 = madd(v128.load(p2), d, s2);
                s3 = madd(v128.load(p2 + pixel), d, s3);
                s4 = madd(v128.load(p2 + pixel2), d, s4);
                p += step;
                q += dyStep;
              }
            } else {
              for (let i = outWidth; i > 0; i--) {
                s0 = madd(loadLanes(p, lanes), loadLanes(q, lanes), s0);
                p += step;
                q += dyStep;
              }
            }
            if (++line === outHeight) {
              line = 0;
              image++;
            }
          }
          addTo(g, s0, lanes);
          if (!five) {
            kx++;
            continue;
          }
          addTo((g += next), s1, lanes);
          addTo((g += next), s2, lanes);
          addTo((g += next), s3, lanes);
          addTo((g += next), s4, lanes);
          kx += 5;
        }
      }
    }
  }
}
