import { ceilAtLeast0 } from './ceil-at-least-0';
import { loadLanes, madd, storePart } from './lanes';

// Depthwise convolutions that cut the kernel to the image instead of reading zeros around it. On maps not much larger than
// the kernel most taps are cut: a 5x5 kernel on a 2x2 map has 16 products where 100 lie within the halo.

/** Pixels of the images whose products are summed in registers, at least. */
const TILE: i32 = 64;

/**
 * `depthwise` without a halo: x is the first inner pixel.
 *
 * @param weights - [kh][kw][channels]
 * @param bias - 0 = none
 */
export function depthwiseWithoutHalo(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  inHeight: i32,
  inWidth: i32,
  weights: usize,
  bias: usize,
  y: usize,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  outHeight: i32,
  outWidth: i32,
  images: i32,
  channels: i32,
  kh: i32,
  kw: i32,
  strideY: i32,
  strideX: i32,
  padY: i32,
  padX: i32,
): void {
  const pixel: usize = xPixel << 2;
  const next: usize = channels << 2;
  const step: usize = (strideX * xPixel) << 2;
  const yStep: usize = yPixel << 2;
  // Outputs up to this one have all taps on their right.
  const lastFull = (inWidth + padX - kw) / strideX;
  for (let image = 0; image < images; image++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * strideY - padY;
      const kyFirst = max(0, -top);
      const tapRows = max(0, min(kh, inHeight - top) - kyFirst);
      let ox = 0;
      while (ox < outWidth) {
        const left = ox * strideX - padX;
        const kxFirst = max(0, -left);
        const taps = max(0, min(kw, inWidth - left) - kxFirst);
        let p = x + ((image * xImage + (top + kyFirst) * xRow + (left + kxFirst) * xPixel) << 2);
        let q = y + ((image * yImage + oy * yRow + ox * yPixel) << 2);
        let w = weights + (((kyFirst * kw + kxFirst) * channels) << 2);
        let b = bias;
        const skip: usize = (xRow - taps * xPixel) << 2;
        const skipTaps: usize = ((kw - taps) * channels) << 2;
        const group = taps === kw && ox + 3 <= lastFull && ox + 3 < outWidth;
        let c = channels;
        if (group) {
          for (; c >= 8; c -= 8) {
            let s00 = f32x4.splat(0);
            let s01 = s00;
            if (bias !== 0) {
              s00 = v128.load(b);
              s01 = v128.load(b, 16);
            }
            let s10 = s00;
            let s11 = s01;
            let s20 = s00;
            let s21 = s01;
            let s30 = s00;
            let s31 = s01;
            let a0 = p;
            let a1 = a0 + step;
            let a2 = a1 + step;
            let a3 = a2 + step;
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
                v += next;
                a0 += pixel;
                a1 += pixel;
                a2 += pixel;
                a3 += pixel;
              }
              v += skipTaps;
              a0 += skip;
              a1 += skip;
              a2 += skip;
              a3 += skip;
            }
            let to = q;
            v128.store(to, s00);
            v128.store(to, s01, 16);
            v128.store((to += yStep), s10);
            v128.store(to, s11, 16);
            v128.store((to += yStep), s20);
            v128.store(to, s21, 16);
            v128.store((to += yStep), s30);
            v128.store(to, s31, 16);
            p += 32;
            q += 32;
            w += 32;
            b += 32;
          }
        } else {
          for (; c >= 16; c -= 16) {
            let s0 = f32x4.splat(0);
            let s1 = s0;
            let s2 = s0;
            let s3 = s0;
            if (bias !== 0) {
              s0 = v128.load(b);
              s1 = v128.load(b, 16);
              s2 = v128.load(b, 32);
              s3 = v128.load(b, 48);
            }
            let a = p;
            let v = w;
            for (let ky = tapRows; ky > 0; ky--) {
              for (let kx = taps; kx > 0; kx--) {
                s0 = madd(v128.load(a), v128.load(v), s0);
                s1 = madd(v128.load(a, 16), v128.load(v, 16), s1);
                s2 = madd(v128.load(a, 32), v128.load(v, 32), s2);
                s3 = madd(v128.load(a, 48), v128.load(v, 48), s3);
                v += next;
                a += pixel;
              }
              v += skipTaps;
              a += skip;
            }
            v128.store(q, s0);
            v128.store(q, s1, 16);
            v128.store(q, s2, 32);
            v128.store(q, s3, 48);
            p += 64;
            q += 64;
            w += 64;
            b += 64;
          }
        }
        const outputs = group ? 4 : 1;
        for (; c > 0; c -= 4) {
          let from = p;
          let to = q;
          for (let i = 0; i < outputs; i++) {
            let s = f32x4.splat(0);
            if (bias !== 0) s = loadLanes(b, c);
            let a = from;
            let v = w;
            for (let ky = tapRows; ky > 0; ky--) {
              for (let kx = taps; kx > 0; kx--) {
                s = madd(loadLanes(a, c), loadLanes(v, c), s);
                v += next;
                a += pixel;
              }
              v += skipTaps;
              a += skip;
            }
            storePart(to, s, c);
            from += step;
            to += yStep;
          }
          p += 16;
          q += 16;
          w += 16;
          b += 16;
        }
        ox += outputs;
      }
    }
  }
}

/** dW[tap, c] += sum over outputs of x[stride o + tap - pad, c] dy[o, c]: `depthwiseFilterGradient` without a halo. */
export function depthwiseFilterGradientWithoutHalo(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  inHeight: i32,
  inWidth: i32,
  dy: usize,
  dyImage: i32,
  dyRow: i32,
  dyPixel: i32,
  outHeight: i32,
  outWidth: i32,
  images: i32,
  channels: i32,
  kh: i32,
  kw: i32,
  strideY: i32,
  strideX: i32,
  padY: i32,
  padX: i32,
  dWeights: usize,
): void {
  const step: usize = (strideX * xPixel) << 2;
  const dyStep: usize = dyPixel << 2;
  const tile = max(1, TILE / (inHeight * inWidth));
  for (let first = 0; first < images; first += tile) {
    const count = min(tile, images - first);
    const wideEnd = channels & ~15;
    let c = 0;
    while (c < channels) {
      const lanes = channels - c;
      const wide = c < wideEnd;
      let g = dWeights + (c << 2);
      for (let ky = 0; ky < kh; ky++) {
        const oyFirst = ceilAtLeast0(padY - ky, strideY);
        const rows = min(outHeight, ceilAtLeast0(inHeight + padY - ky, strideY)) - oyFirst;
        for (let kx = 0; kx < kw; kx++) {
          const oxFirst = ceilAtLeast0(padX - kx, strideX);
          const columns = min(outWidth, ceilAtLeast0(inWidth + padX - kx, strideX)) - oxFirst;
          if (rows > 0 && columns > 0) {
            let xLine =
              x +
              ((first * xImage +
                (oyFirst * strideY + ky - padY) * xRow +
                (oxFirst * strideX + kx - padX) * xPixel +
                c) <<
                2);
            let dyLine = dy + ((first * dyImage + oyFirst * dyRow + oxFirst * dyPixel + c) << 2);
            let s0 = f32x4.splat(0);
            if (wide) {
              let s1 = s0;
              let s2 = s0;
              let s3 = s0;
              for (let image = count; image > 0; image--) {
                for (let row = rows; row > 0; row--) {
                  let p = xLine;
                  let q = dyLine;
                  for (let i = columns; i > 0; i--) {
                    s0 = madd(v128.load(p), v128.load(q), s0);
                    s1 = madd(v128.load(p, 16), v128.load(q, 16), s1);
                    s2 = madd(v128.load(p, 32), v128.load(q, 32), s2);
                    s3 = madd(v128.load(p, 48), v128.load(q, 48), s3);
                    p += step;
                    q += dyStep;
                  }
                  xLine += (strideY * xRow) << 2;
                  dyLine += dyRow << 2;
                }
                xLine += (xImage - rows * strideY * xRow) << 2;
                dyLine += (dyImage - rows * dyRow) << 2;
              }
              v128.store(g, f32x4.add(v128.load(g), s0));
              v128.store(g, f32x4.add(v128.load(g, 16), s1), 16);
              v128.store(g, f32x4.add(v128.load(g, 32), s2), 32);
              v128.store(g, f32x4.add(v128.load(g, 48), s3), 48);
            } else {
              for (let image = count; image > 0; image--) {
                for (let row = rows; row > 0; row--) {
                  let p = xLine;
                  let q = dyLine;
                  for (let i = columns; i > 0; i--) {
                    s0 = madd(loadLanes(p, lanes), loadLanes(q, lanes), s0);
                    p += step;
                    q += dyStep;
                  }
                  xLine += (strideY * xRow) << 2;
                  dyLine += dyRow << 2;
                }
                xLine += (xImage - rows * strideY * xRow) << 2;
                dyLine += (dyImage - rows * dyRow) << 2;
              }
              storePart(g, f32x4.add(loadLanes(g, lanes), s0), lanes);
            }
          }
          g += channels << 2;
        }
      }
      c += wide ? 16 : 4;
    }
  }
}
