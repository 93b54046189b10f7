import { gradientSpan, lowerEnd, RELU, RELU6, SILU, siluGradientSpan, smoothSpan, upperEnd } from './activation';
import { loadLanes, madd, nmadd, storePart } from './lanes';

// Images are walked in tiles of some rows, in a tile block of channels by block, so that what belongs to the channels
// stays in registers while the numbers stream through the cache once.

/** Pixels of a tile, at least: few, as those of many channels fall on the same sets of the cache. */
const TILE: i32 = 16;
/** Pixels whose sums stay in registers, at least: sums have three levels, like the first three of pairwise summation. */
const CHUNK: i32 = 32;
/** Chunks of a tile of the sums. */
const CHUNKS: i32 = 2;

function statistics16(
  x: usize,
  row: i32,
  rows: i32,
  chunk: i32,
  height: i32,
  width: i32,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  sums: usize,
  squares: usize,
): void {
  const m0 = v128.load(x);
  const m1 = v128.load(x, 16);
  const m2 = v128.load(x, 32);
  const m3 = v128.load(x, 48);
  let t0 = f32x4.splat(0);
  let t1 = t0;
  let t2 = t0;
  let t3 = t0;
  let u0 = t0;
  let u1 = t0;
  let u2 = t0;
  let u3 = t0;
  const pixel: usize = xPixel << 2;
  let y = row % height;
  let at = x + (((row / height) * xImage + y * xRow) << 2);
  for (let left = rows; left > 0; left -= chunk) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let q0 = s0;
    let q1 = s0;
    let q2 = s0;
    let q3 = s0;
    for (let n = min(chunk, left); n > 0; n--) {
      let p = at;
      for (let i = width; i > 0; i--) {
        let d = f32x4.sub(v128.load(p), m0);
        s0 = f32x4.add(s0, d);
        q0 = madd(d, d, q0);
        d = f32x4.sub(v128.load(p, 16), m1);
        s1 = f32x4.add(s1, d);
        q1 = madd(d, d, q1);
        d = f32x4.sub(v128.load(p, 32), m2);
        s2 = f32x4.add(s2, d);
        q2 = madd(d, d, q2);
        d = f32x4.sub(v128.load(p, 48), m3);
        s3 = f32x4.add(s3, d);
        q3 = madd(d, d, q3);
        p += pixel;
      }
      at += xRow << 2;
      if (++y === height) {
        y = 0;
        at += (xImage - height * xRow) << 2;
      }
    }
    t0 = f32x4.add(t0, s0);
    t1 = f32x4.add(t1, s1);
    t2 = f32x4.add(t2, s2);
    t3 = f32x4.add(t3, s3);
    u0 = f32x4.add(u0, q0);
    u1 = f32x4.add(u1, q1);
    u2 = f32x4.add(u2, q2);
    u3 = f32x4.add(u3, q3);
  }
  v128.store(sums, f32x4.add(v128.load(sums), t0));
  v128.store(sums, f32x4.add(v128.load(sums, 16), t1), 16);
  v128.store(sums, f32x4.add(v128.load(sums, 32), t2), 32);
  v128.store(sums, f32x4.add(v128.load(sums, 48), t3), 48);
  v128.store(squares, f32x4.add(v128.load(squares), u0));
  v128.store(squares, f32x4.add(v128.load(squares, 16), u1), 16);
  v128.store(squares, f32x4.add(v128.load(squares, 32), u2), 32);
  v128.store(squares, f32x4.add(v128.load(squares, 48), u3), 48);
}

function statistics4(
  x: usize,
  lanes: i32,
  row: i32,
  rows: i32,
  chunk: i32,
  height: i32,
  width: i32,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  sums: usize,
  squares: usize,
): void {
  const m = loadLanes(x, lanes);
  let t = f32x4.splat(0);
  let u = t;
  const pixel: usize = xPixel << 2;
  let y = row % height;
  let at = x + (((row / height) * xImage + y * xRow) << 2);
  for (let left = rows; left > 0; left -= chunk) {
    let s = f32x4.splat(0);
    let q = s;
    for (let n = min(chunk, left); n > 0; n--) {
      let p = at;
      for (let i = width; i > 0; i--) {
        const d = f32x4.sub(loadLanes(p, lanes), m);
        s = f32x4.add(s, d);
        q = madd(d, d, q);
        p += pixel;
      }
      at += xRow << 2;
      if (++y === height) {
        y = 0;
        at += (xImage - height * xRow) << 2;
      }
    }
    t = f32x4.add(t, s);
    u = f32x4.add(u, q);
  }
  storePart(sums, f32x4.add(loadLanes(sums, lanes), t), lanes);
  storePart(squares, f32x4.add(loadLanes(squares, lanes), u), lanes);
}

/**
 * mean[c] and inverse[c] = 1 / sqrt(variance + epsilon) of a batch; the variance is the biased one.
 *
 * All is summed relative to the first pixel, so that a mean far above the deviation cancels nothing.
 *
 * @param runningMean - 0 = none; else both running statistics move to the batch's (the unbiased variance, as in PyTorch)
 * @param momentum - weight of the batch in them
 */
export function batchNormStatistics(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  mean: usize,
  inverse: usize,
  epsilon: f64,
  runningMean: usize,
  runningVariance: usize,
  momentum: f64,
): void {
  for (let c = 0; c < channels; c++) {
    store<f32>(mean + (c << 2), 0);
    store<f32>(inverse + (c << 2), 0);
  }
  const rows = images * height;
  const chunk = max(1, CHUNK / width);
  for (let row = 0; row < rows; row += chunk * CHUNKS) {
    const count = min(chunk * CHUNKS, rows - row);
    let c = 0;
    for (; c + 16 <= channels; c += 16) {
      const at = c << 2;
      statistics16(x + at, row, count, chunk, height, width, xImage, xRow, xPixel, mean + at, inverse + at);
    }
    for (; c < channels; c += 4) {
      const at = c << 2;
      const lanes = channels - c;
      statistics4(x + at, lanes, row, count, chunk, height, width, xImage, xRow, xPixel, mean + at, inverse + at);
    }
  }
  const count = <f64>(rows * width);
  const unbiased = count > 1 ? count / (count - 1) : 1;
  for (let c = 0; c < channels; c++) {
    const at: usize = c << 2;
    const offset = <f64>load<f32>(mean + at) / count;
    const center = <f64>load<f32>(x + at) + offset;
    const variance = max(<f64>load<f32>(inverse + at) / count - offset * offset, 0);
    store<f32>(mean + at, <f32>center);
    store<f32>(inverse + at, <f32>(1 / sqrt<f64>(variance + epsilon)));
    if (runningMean !== 0) {
      const m = <f64>load<f32>(runningMean + at);
      const v = <f64>load<f32>(runningVariance + at);
      store<f32>(runningMean + at, <f32>(m + momentum * (center - m)));
      store<f32>(runningVariance + at, <f32>(v + momentum * (variance * unbiased - v)));
    }
  }
}

/** inverse[c] = 1 / sqrt(variance[c] + epsilon): what evaluation needs of running statistics. */
export function inverseDeviations(variance: usize, channels: i32, epsilon: f64, inverse: usize): void {
  for (let c = 0; c < channels; c++) {
    const at: usize = c << 2;
    store<f32>(inverse + at, <f32>(1 / sqrt<f64>(<f64>load<f32>(variance + at) + epsilon)));
  }
}

/**
 * y = act(gamma (x - mean) inverse + beta + residual); y may be x or the residual.
 *
 * @param residual - 0 = none
 */
export function batchNormApply(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  mean: usize,
  inverse: usize,
  gamma: usize,
  beta: usize,
  residual: usize,
  rImage: i32,
  rRow: i32,
  rPixel: i32,
  y: usize,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  activation: i32,
): void {
  const dense = yPixel === channels;
  const span = dense ? width * channels : channels;
  const spans = dense ? 1 : width;
  const low = lowerEnd(activation < SILU ? activation : 0);
  const high = upperEnd(activation);
  const rows = images * height;
  const tile = max(1, TILE / width);
  for (let first = 0; first < rows; first += tile) {
    const end = min(first + tile, rows);
    const firstImage = first / height;
    const firstY = first - firstImage * height;
    let c = 0;
    for (; c + 8 <= channels; c += 8) {
      const at: usize = c << 2;
      const m0 = v128.load(mean + at);
      const m1 = v128.load(mean + at, 16);
      const s0 = f32x4.mul(v128.load(gamma + at), v128.load(inverse + at));
      const s1 = f32x4.mul(v128.load(gamma + at, 16), v128.load(inverse + at, 16));
      const b0 = v128.load(beta + at);
      const b1 = v128.load(beta + at, 16);
      let image = firstImage;
      let line = firstY;
      for (let row = first; row < end; row++) {
        let p = x + at + ((image * xImage + line * xRow) << 2);
        let q = y + at + ((image * yImage + line * yRow) << 2);
        if (residual === 0) {
          for (let i = width; i > 0; i--) {
            const v0 = madd(f32x4.sub(v128.load(p), m0), s0, b0);
            const v1 = madd(f32x4.sub(v128.load(p, 16), m1), s1, b1);
            v128.store(q, f32x4.pmin(f32x4.pmax(v0, low), high));
            v128.store(q, f32x4.pmin(f32x4.pmax(v1, low), high), 16);
            p += xPixel << 2;
            q += yPixel << 2;
          }
        } else {
          let r = residual + at + ((image * rImage + line * rRow) << 2);
          for (let i = width; i > 0; i--) {
            const v0 = f32x4.add(madd(f32x4.sub(v128.load(p), m0), s0, b0), v128.load(r));
            const v1 = f32x4.add(madd(f32x4.sub(v128.load(p, 16), m1), s1, b1), v128.load(r, 16));
            v128.store(q, f32x4.pmin(f32x4.pmax(v0, low), high));
            v128.store(q, f32x4.pmin(f32x4.pmax(v1, low), high), 16);
            p += xPixel << 2;
            q += yPixel << 2;
            r += rPixel << 2;
          }
        }
        if (++line === height) {
          line = 0;
          image++;
        }
      }
    }
    for (; c < channels; c += 4) {
      const at: usize = c << 2;
      const lanes = channels - c;
      const m0 = loadLanes(mean + at, lanes);
      const s0 = f32x4.mul(loadLanes(gamma + at, lanes), loadLanes(inverse + at, lanes));
      const b0 = loadLanes(beta + at, lanes);
      let image = firstImage;
      let line = firstY;
      for (let row = first; row < end; row++) {
        let p = x + at + ((image * xImage + line * xRow) << 2);
        let q = y + at + ((image * yImage + line * yRow) << 2);
        let r = residual + at + ((image * rImage + line * rRow) << 2);
        for (let i = width; i > 0; i--) {
          let v = madd(f32x4.sub(loadLanes(p, lanes), m0), s0, b0);
          if (residual !== 0) v = f32x4.add(v, loadLanes(r, lanes));
          storePart(q, f32x4.pmin(f32x4.pmax(v, low), high), lanes);
          p += xPixel << 2;
          q += yPixel << 2;
          r += rPixel << 2;
        }
        if (++line === height) {
          line = 0;
          image++;
        }
      }
    }
    if (activation >= SILU) {
      let image = firstImage;
      let line = firstY;
      for (let row = first; row < end; row++) {
        let q = y + ((image * yImage + line * yRow) << 2);
        for (let i = spans; i > 0; i--) {
          smoothSpan(q, q, span, activation);
          q += yPixel << 2;
        }
        if (++line === height) {
          line = 0;
          image++;
        }
      }
    }
  }
}

/**
 * dy := dy act'(.) in place, then sums[c] = sum of dy, sums[channels + c] = sum of dy xhat with
 * xhat = (x - mean) inverse; dGamma and dBeta get theirs added.
 *
 * @param y - what the activation gave; not read for none and silu (which is computed again from x)
 * @param sums - 2 * channels numbers
 */
export function batchNormGradientSums(
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
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  mean: usize,
  inverse: usize,
  gamma: usize,
  beta: usize,
  activation: i32,
  sums: usize,
  dGamma: usize,
  dBeta: usize,
): void {
  const products: usize = sums + (channels << 2);
  for (let c = 0; c < channels << 1; c++) store<f32>(sums + (c << 2), 0);
  const rows = images * height;
  const chunk = max(1, CHUNK / width);
  const tile = chunk * CHUNKS;
  const masked = activation === RELU || activation === RELU6;
  const high = upperEnd(activation);
  const zero = f32x4.splat(0);
  for (let first = 0; first < rows; first += tile) {
    const end = min(first + tile, rows);
    const firstImage = first / height;
    const firstY = first - firstImage * height;
    if (activation >= SILU) {
      let image = firstImage;
      let line = firstY;
      for (let row = first; row < end; row++) {
        let p = x + ((image * xImage + line * xRow) << 2);
        let g = dy + ((image * dyImage + line * dyRow) << 2);
        let r = y + ((image * yImage + line * yRow) << 2);
        for (let i = width; i > 0; i--) {
          if (activation === SILU) siluGradientSpan(p, mean, inverse, gamma, beta, g, g, channels, 0);
          else gradientSpan(r, g, g, channels, activation, 0);
          p += xPixel << 2;
          g += dyPixel << 2;
          r += yPixel << 2;
        }
        if (++line === height) {
          line = 0;
          image++;
        }
      }
    }
    let c = 0;
      for (; c + 8 <= channels; c += 8) {
        const at: usize = c << 2;
        const m0 = v128.load(mean + at);
        const m1 = v128.load(mean + at, 16);
        let t0 = zero;
        let t1 = zero;
        let u0 = zero;
        let u1 = zero;
        let image = firstImage;
        let line = firstY;
        for (let row = first; row < end; row += chunk) {
          let s0 = zero;
          let s1 = zero;
          let q0 = zero;
          let q1 = zero;
          for (let n = min(chunk, end - row); n > 0; n--) {
            let p = x + at + ((image * xImage + line * xRow) << 2);
            let g = dy + at + ((image * dyImage + line * dyRow) << 2);
            if (!masked) {
              for (let i = width; i > 0; i--) {
                const d0 = v128.load(g);
                const d1 = v128.load(g, 16);
                s0 = f32x4.add(s0, d0);
                s1 = f32x4.add(s1, d1);
                q0 = madd(d0, f32x4.sub(v128.load(p), m0), q0);
                q1 = madd(d1, f32x4.sub(v128.load(p, 16), m1), q1);
                p += xPixel << 2;
                g += dyPixel << 2;
              }
            } else {
              let r = y + at + ((image * yImage + line * yRow) << 2);
              for (let i = width; i > 0; i--) {
                const y0 = v128.load(r);
                const y1 = v128.load(r, 16);
                const d0 = v128.and(v128.load(g), v128.and(f32x4.gt(y0, zero), f32x4.lt(y0, high)));
                const d1 = v128.and(v128.load(g, 16), v128.and(f32x4.gt(y1, zero), f32x4.lt(y1, high)));
                v128.store(g, d0);
                v128.store(g, d1, 16);
                s0 = f32x4.add(s0, d0);
                s1 = f32x4.add(s1, d1);
                q0 = madd(d0, f32x4.sub(v128.load(p), m0), q0);
                q1 = madd(d1, f32x4.sub(v128.load(p, 16), m1), q1);
                p += xPixel << 2;
                g += dyPixel << 2;
                r += yPixel << 2;
              }
            }
            if (++line === height) {
              line = 0;
              image++;
            }
          }
          t0 = f32x4.add(t0, s0);
          t1 = f32x4.add(t1, s1);
          u0 = f32x4.add(u0, q0);
          u1 = f32x4.add(u1, q1);
        }
        v128.store(sums + at, f32x4.add(v128.load(sums + at), t0));
        v128.store(sums + at, f32x4.add(v128.load(sums + at, 16), t1), 16);
        v128.store(products + at, f32x4.add(v128.load(products + at), u0));
        v128.store(products + at, f32x4.add(v128.load(products + at, 16), u1), 16);
      }
    for (; c < channels; c += 4) {
      const at: usize = c << 2;
      const lanes = channels - c;
      const m = loadLanes(mean + at, lanes);
      let t = zero;
      let u = zero;
      let image = firstImage;
      let line = firstY;
      for (let row = first; row < end; row += chunk) {
        let s = zero;
        let q = zero;
        for (let n = min(chunk, end - row); n > 0; n--) {
          let p = x + at + ((image * xImage + line * xRow) << 2);
          let g = dy + at + ((image * dyImage + line * dyRow) << 2);
          let r = y + at + ((image * yImage + line * yRow) << 2);
          for (let i = width; i > 0; i--) {
            const centred = f32x4.sub(loadLanes(p, lanes), m);
            let d = loadLanes(g, lanes);
            if (masked) {
              const v = loadLanes(r, lanes);
              d = v128.and(d, v128.and(f32x4.gt(v, zero), f32x4.lt(v, high)));
              storePart(g, d, lanes);
            }
            s = f32x4.add(s, d);
            q = madd(d, centred, q);
            p += xPixel << 2;
            g += dyPixel << 2;
            r += yPixel << 2;
          }
          if (++line === height) {
            line = 0;
            image++;
          }
        }
        t = f32x4.add(t, s);
        u = f32x4.add(u, q);
      }
      storePart(sums + at, f32x4.add(loadLanes(sums + at, lanes), t), lanes);
      storePart(products + at, f32x4.add(loadLanes(products + at, lanes), u), lanes);
    }
  }
  for (let c = 0; c < channels; c++) {
    const at: usize = c << 2;
    const product = load<f32>(products + at) * load<f32>(inverse + at);
    store<f32>(products + at, product);
    store<f32>(dGamma + at, load<f32>(dGamma + at) + product);
    store<f32>(dBeta + at, load<f32>(dBeta + at) + load<f32>(sums + at));
  }
}

/**
 * dx (+)= gamma inverse (dy - sums0 / m - xhat sums1 / m), m the number of pixels; gamma inverse dy when not training.
 *
 * @param sums - of `batchNormGradientSums`, as dy is; dx may be dy
 */
export function batchNormGradient(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  dy: usize,
  dyImage: i32,
  dyRow: i32,
  dyPixel: i32,
  dx: usize,
  dxImage: i32,
  dxRow: i32,
  dxPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  mean: usize,
  inverse: usize,
  gamma: usize,
  sums: usize,
  training: i32,
  accumulate: i32,
): void {
  const products: usize = sums + (channels << 2);
  const rows = images * height;
  const tile = max(1, TILE / width);
  const share = f32x4.splat(training ? <f32>(1 / <f64>(rows * width)) : 0);
  for (let first = 0; first < rows; first += tile) {
    const end = min(first + tile, rows);
    const firstImage = first / height;
    const firstY = first - firstImage * height;
    let c = 0;
    for (; c + 8 <= channels; c += 8) {
      const at: usize = c << 2;
      const m0 = v128.load(mean + at);
      const m1 = v128.load(mean + at, 16);
      const i0 = v128.load(inverse + at);
      const i1 = v128.load(inverse + at, 16);
      const a0 = f32x4.mul(v128.load(gamma + at), i0);
      const a1 = f32x4.mul(v128.load(gamma + at, 16), i1);
      const b0 = f32x4.mul(v128.load(sums + at), share);
      const b1 = f32x4.mul(v128.load(sums + at, 16), share);
      const k0 = f32x4.mul(f32x4.mul(v128.load(products + at), share), i0);
      const k1 = f32x4.mul(f32x4.mul(v128.load(products + at, 16), share), i1);
      let image = firstImage;
      let line = firstY;
      for (let row = first; row < end; row++) {
        let p = x + at + ((image * xImage + line * xRow) << 2);
        let g = dy + at + ((image * dyImage + line * dyRow) << 2);
        let q = dx + at + ((image * dxImage + line * dxRow) << 2);
        for (let i = width; i > 0; i--) {
          let v0 = f32x4.sub(v128.load(g), b0);
          let v1 = f32x4.sub(v128.load(g, 16), b1);
          v0 = f32x4.mul(nmadd(f32x4.sub(v128.load(p), m0), k0, v0), a0);
          v1 = f32x4.mul(nmadd(f32x4.sub(v128.load(p, 16), m1), k1, v1), a1);
          if (accumulate) {
            v0 = f32x4.add(v0, v128.load(q));
            v1 = f32x4.add(v1, v128.load(q, 16));
          }
          v128.store(q, v0);
          v128.store(q, v1, 16);
          p += xPixel << 2;
          g += dyPixel << 2;
          q += dxPixel << 2;
        }
        if (++line === height) {
          line = 0;
          image++;
        }
      }
    }
    for (; c < channels; c += 4) {
      const at: usize = c << 2;
      const lanes = channels - c;
      const m = loadLanes(mean + at, lanes);
      const i0 = loadLanes(inverse + at, lanes);
      const a = f32x4.mul(loadLanes(gamma + at, lanes), i0);
      const b = f32x4.mul(loadLanes(sums + at, lanes), share);
      const k = f32x4.mul(f32x4.mul(loadLanes(products + at, lanes), share), i0);
      let image = firstImage;
      let line = firstY;
      for (let row = first; row < end; row++) {
        let p = x + at + ((image * xImage + line * xRow) << 2);
        let g = dy + at + ((image * dyImage + line * dyRow) << 2);
        let q = dx + at + ((image * dxImage + line * dxRow) << 2);
        for (let i = width; i > 0; i--) {
          const centred = f32x4.sub(loadLanes(p, lanes), m);
          let v = f32x4.mul(nmadd(centred, k, f32x4.sub(loadLanes(g, lanes), b)), a);
          if (accumulate) v = f32x4.add(v, loadLanes(q, lanes));
          storePart(q, v, lanes);
          p += xPixel << 2;
          g += dyPixel << 2;
          q += dxPixel << 2;
        }
        if (++line === height) {
          line = 0;
          image++;
        }
      }
    }
  }
}
