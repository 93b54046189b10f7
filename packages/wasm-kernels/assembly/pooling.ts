import { loadLanes, storePart } from './lanes';

/**
 * y = the largest x of each window; padding never wins, NaN does.
 *
 * No halo is needed: windows are cut to the image.
 */
export function maxPool(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  y: usize,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  images: i32,
  inHeight: i32,
  inWidth: i32,
  outHeight: i32,
  outWidth: i32,
  channels: i32,
  kh: i32,
  kw: i32,
  strideY: i32,
  strideX: i32,
  padY: i32,
  padX: i32,
): void {
  const pixel: usize = xPixel << 2;
  const lowest = f32x4.splat(-Infinity);
  const none = f32x4.splat(0);
  for (let image = 0; image < images; image++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const top = max(oy * strideY - padY, 0);
      const windowRows = min(oy * strideY - padY + kh, inHeight) - top;
      for (let ox = 0; ox < outWidth; ox++) {
        const left = max(ox * strideX - padX, 0);
        const columns = min(ox * strideX - padX + kw, inWidth) - left;
        const skip: usize = (xRow - columns * xPixel) << 2;
        let p = x + ((image * xImage + top * xRow + left * xPixel) << 2);
        let q = y + ((image * yImage + oy * yRow + ox * yPixel) << 2);
        let c = channels;
        for (; c >= 16; c -= 16) {
          let m0 = lowest;
          let m1 = lowest;
          let m2 = lowest;
          let m3 = lowest;
          // All bits set where a NaN was met: the value is then NaN.
          let n0 = none;
          let n1 = none;
          let n2 = none;
          let n3 = none;
          let a = p;
          for (let i = windowRows; i > 0; i--) {
            for (let j = columns; j > 0; j--) {
              let v = v128.load(a);
              m0 = f32x4.pmax(m0, v);
              n0 = v128.or(n0, f32x4.ne(v, v));
              v = v128.load(a, 16);
              m1 = f32x4.pmax(m1, v);
              n1 = v128.or(n1, f32x4.ne(v, v));
              v = v128.load(a, 32);
              m2 = f32x4.pmax(m2, v);
              n2 = v128.or(n2, f32x4.ne(v, v));
              v = v128.load(a, 48);
              m3 = f32x4.pmax(m3, v);
              n3 = v128.or(n3, f32x4.ne(v, v));
              a += pixel;
            }
            a += skip;
          }
          v128.store(q, v128.or(m0, n0));
          v128.store(q, v128.or(m1, n1), 16);
          v128.store(q, v128.or(m2, n2), 32);
          v128.store(q, v128.or(m3, n3), 48);
          p += 64;
          q += 64;
        }
        for (; c > 0; c -= 4) {
          let m = lowest;
          let n = none;
          let a = p;
          for (let i = windowRows; i > 0; i--) {
            for (let j = columns; j > 0; j--) {
              const v = loadLanes(a, c);
              m = f32x4.pmax(m, v);
              n = v128.or(n, f32x4.ne(v, v));
              a += pixel;
            }
            a += skip;
          }
          storePart(q, v128.or(m, n), c);
          p += 16;
          q += 16;
        }
      }
    }
  }
}

/**
 * dx += dy at the first largest x (in row-major order) of each window.
 *
 * @param positive - 1: only where y > 0, for a relu in front of the pooling
 */
export function maxPoolGradient(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  y: usize,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  dy: usize,
  dyImage: i32,
  dyRow: i32,
  dyPixel: i32,
  dx: usize,
  dxImage: i32,
  dxRow: i32,
  dxPixel: i32,
  images: i32,
  inHeight: i32,
  inWidth: i32,
  outHeight: i32,
  outWidth: i32,
  channels: i32,
  kh: i32,
  kw: i32,
  strideY: i32,
  strideX: i32,
  padY: i32,
  padX: i32,
  positive: i32,
): void {
  const pixel: usize = xPixel << 2;
  const dxStep: usize = dxPixel << 2;
  const zero = f32x4.splat(0);
  for (let image = 0; image < images; image++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const top = max(oy * strideY - padY, 0);
      const windowRows = min(oy * strideY - padY + kh, inHeight) - top;
      for (let ox = 0; ox < outWidth; ox++) {
        const left = max(ox * strideX - padX, 0);
        const columns = min(ox * strideX - padX + kw, inWidth) - left;
        const skip: usize = (xRow - columns * xPixel) << 2;
        const dxSkip: usize = (dxRow - columns * dxPixel) << 2;
        let p = x + ((image * xImage + top * xRow + left * xPixel) << 2);
        let r = y + ((image * yImage + oy * yRow + ox * yPixel) << 2);
        let g = dy + ((image * dyImage + oy * dyRow + ox * dyPixel) << 2);
        let q = dx + ((image * dxImage + top * dxRow + left * dxPixel) << 2);
        let c = channels;
        for (; c >= 8; c -= 8) {
          const y0 = v128.load(r);
          const y1 = v128.load(r, 16);
          // What is left to give: 0 once it has been given.
          let d0 = v128.load(g);
          let d1 = v128.load(g, 16);
          if (positive) {
            d0 = v128.and(d0, f32x4.gt(y0, zero));
            d1 = v128.and(d1, f32x4.gt(y1, zero));
          }
          let a = p;
          let b = q;
          for (let i = windowRows; i > 0; i--) {
            for (let j = columns; j > 0; j--) {
              const e0 = f32x4.eq(v128.load(a), y0);
              const e1 = f32x4.eq(v128.load(a, 16), y1);
              v128.store(b, f32x4.add(v128.load(b), v128.and(d0, e0)));
              v128.store(b, f32x4.add(v128.load(b, 16), v128.and(d1, e1)), 16);
              d0 = v128.andnot(d0, e0);
              d1 = v128.andnot(d1, e1);
              a += pixel;
              b += dxStep;
            }
            a += skip;
            b += dxSkip;
          }
          p += 32;
          r += 32;
          g += 32;
          q += 32;
        }
        for (; c > 0; c -= 4) {
          const y0 = loadLanes(r, c);
          let d0 = loadLanes(g, c);
          if (positive) d0 = v128.and(d0, f32x4.gt(y0, zero));
          let a = p;
          let b = q;
          for (let i = windowRows; i > 0; i--) {
            for (let j = columns; j > 0; j--) {
              const e0 = f32x4.eq(loadLanes(a, c), y0);
              storePart(b, f32x4.add(loadLanes(b, c), v128.and(d0, e0)), c);
              d0 = v128.andnot(d0, e0);
              a += pixel;
              b += dxStep;
            }
            a += skip;
            b += dxSkip;
          }
          p += 16;
          r += 16;
          g += 16;
          q += 16;
        }
      }
    }
  }
}

/** y[image, c] = mean of x[image, ., ., c]. */
export function globalAveragePool(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  y: usize,
  yImage: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const pixel: usize = xPixel << 2;
  const share = f32x4.splat(<f32>(1 / <f64>(height * width)));
  for (let image = 0; image < images; image++) {
    let from = x + ((image * xImage) << 2);
    let to = y + ((image * yImage) << 2);
    for (let c = channels; c > 0; c -= 4) {
      let total = f32x4.splat(0);
      let line = from;
      for (let row = height; row > 0; row--) {
        let sum = f32x4.splat(0);
        let p = line;
        for (let i = width; i > 0; i--) {
          sum = f32x4.add(sum, loadLanes(p, c));
          p += pixel;
        }
        total = f32x4.add(total, sum);
        line += xRow << 2;
      }
      storePart(to, f32x4.mul(total, share), c);
      from += 16;
      to += 16;
    }
  }
}

/** dx[image, ., ., c] (+)= dy[image, c] / pixels. */
export function globalAveragePoolGradient(
  dy: usize,
  dyImage: i32,
  dx: usize,
  dxImage: i32,
  dxRow: i32,
  dxPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  accumulate: i32,
): void {
  const pixel: usize = dxPixel << 2;
  const share = f32x4.splat(<f32>(1 / <f64>(height * width)));
  for (let image = 0; image < images; image++) {
    let from = dy + ((image * dyImage) << 2);
    let to = dx + ((image * dxImage) << 2);
    for (let c = channels; c > 0; c -= 4) {
      const value = f32x4.mul(loadLanes(from, c), share);
      let line = to;
      for (let row = height; row > 0; row--) {
        let q = line;
        for (let i = width; i > 0; i--) {
          storePart(q, accumulate ? f32x4.add(loadLanes(q, c), value) : value, c);
          q += pixel;
        }
        line += dxRow << 2;
      }
      from += 16;
      to += 16;
    }
  }
}

/** y[image, j] = mean of x[image, floor(j a / size)] .. x[image, ceil((j + 1) a / size) - 1], a inputs, size outputs. */
export function adaptiveAveragePool1d(
  x: usize,
  xImage: i32,
  y: usize,
  yImage: i32,
  images: i32,
  inputs: i32,
  outputs: i32,
): void {
  for (let image = 0; image < images; image++) {
    const from = x + ((image * xImage) << 2);
    const to = y + ((image * yImage) << 2);
    for (let j = 0; j < outputs; j++) {
      const start = (j * inputs) / outputs;
      const end = ((j + 1) * inputs + outputs - 1) / outputs;
      let sum: f64 = 0;
      for (let i = start; i < end; i++) sum += load<f32>(from + (i << 2));
      store<f32>(to + (j << 2), <f32>(sum / <f64>(end - start)));
    }
  }
}

/** dx (+)= dy / width of the window, over all windows that see it. */
export function adaptiveAveragePool1dGradient(
  dy: usize,
  dyImage: i32,
  dx: usize,
  dxImage: i32,
  images: i32,
  inputs: i32,
  outputs: i32,
  accumulate: i32,
): void {
  for (let image = 0; image < images; image++) {
    const from = dy + ((image * dyImage) << 2);
    const to = dx + ((image * dxImage) << 2);
    if (!accumulate) {
      for (let i = 0; i < inputs; i++) store<f32>(to + (i << 2), 0);
    }
    for (let j = 0; j < outputs; j++) {
      const start = (j * inputs) / outputs;
      const end = ((j + 1) * inputs + outputs - 1) / outputs;
      const value = load<f32>(from + (j << 2)) / <f32>(end - start);
      for (let i = start; i < end; i++) store<f32>(to + (i << 2), load<f32>(to + (i << 2)) + value);
    }
  }
}
