import { CHUNK, CHUNKS } from './batch-norm-tiles';
import { loadLanes, madd, storePart } from './lanes';

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
