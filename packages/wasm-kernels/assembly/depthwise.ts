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
