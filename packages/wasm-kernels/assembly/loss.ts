import { exp64, log64 } from './float64';

// The terms of the loss as `evaluateTerm` of @protonorm/tensor defines them: in float64, gradients rounded to float32 once
// (and once more where they are added). Values come back without the weight, gradients are times the weight.

/** The largest of n numbers; NaN if there is one. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function largestOf(values: usize, n: i32): f64 {
  let largest: f64 = -Infinity;
  for (let k = 0; k < n; k++) largest = max<f64>(largest, <f64>load<f32>(values + (k << 2)));
  return largest;
}

/** Sum of e^(values - largest). */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function exponentialSum(values: usize, n: i32, largest: f64): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < n; k++) sum += exp64(<f64>load<f32>(values + (k << 2)) - largest);
  return sum;
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function put(to: usize, value: f64, accumulate: i32): void {
  store<f32>(to, accumulate ? load<f32>(to) + <f32>value : <f32>value);
}

/**
 * Mean over the images of -log softmax(logits)[label].
 *
 * @param logits - [images, classes], as dLogits
 * @param labels - i32, one for each image, in 0..classes-1
 * @returns the value without the weight
 */
export function crossEntropy(
  logits: usize,
  images: i32,
  classes: i32,
  labels: usize,
  dLogits: usize,
  weight: f32,
  accumulate: i32,
): f64 {
  let value: f64 = 0;
  const share = <f64>weight / <f64>images;
  let row = logits;
  let to = dLogits;
  for (let i = 0; i < images; i++) {
    const label = load<i32>(labels + (i << 2));
    const largest = largestOf(row, classes);
    const sum = exponentialSum(row, classes, largest);
    value += largest + log64(sum) - <f64>load<f32>(row + (label << 2));
    for (let k = 0; k < classes; k++) {
      const p = exp64(<f64>load<f32>(row) - largest) / sum;
      put(to, share * (k === label ? p - 1 : p), accumulate);
      row += 4;
      to += 4;
    }
  }
  return value / <f64>images;
}

/**
 * Mean over all numbers of (values - scale * table[row])^2; images without a row (-1) count as 0.
 *
 * @param values - [images, width], as dValues
 * @param rows - i32, one for each image
 * @param table - [rows, width]; scale * table is rounded to float32, as in the reference code
 */
export function squaredError(
  values: usize,
  images: i32,
  width: i32,
  rows: usize,
  table: usize,
  scale: f32,
  dValues: usize,
  weight: f32,
  accumulate: i32,
): f64 {
  let value: f64 = 0;
  const count = <f64>(images * width);
  const share = (2 * <f64>weight) / count;
  let from = values;
  let to = dValues;
  for (let i = 0; i < images; i++) {
    const row = load<i32>(rows + (i << 2));
    let target = table + ((row * width) << 2);
    for (let j = 0; j < width; j++) {
      let difference: f64 = 0;
      if (row >= 0) difference = <f64>load<f32>(from) - <f64>(scale * load<f32>(target));
      value += difference * difference;
      put(to, share * difference, accumulate);
      from += 4;
      to += 4;
      target += 4;
    }
  }
  return value / count;
}

/**
 * Mean over the images of sum over k of target[k] * -log softmax(logits)[k], target = table[row], or the logits
 * themselves (held fixed) for images without a row (-1).
 *
 * @param logits - [images, classes], as dLogits; table [rows, classes]
 */
export function distill(
  logits: usize,
  images: i32,
  classes: i32,
  rows: usize,
  table: usize,
  dLogits: usize,
  weight: f32,
  accumulate: i32,
): f64 {
  let value: f64 = 0;
  const share = <f64>weight / <f64>images;
  let own = logits;
  let to = dLogits;
  for (let i = 0; i < images; i++) {
    const row = load<i32>(rows + (i << 2));
    let target = row < 0 ? own : table + ((row * classes) << 2);
    const largest = largestOf(own, classes);
    const exponentials = exponentialSum(own, classes, largest);
    const logNormaliser = largest + log64(exponentials);
    let sum: f64 = 0;
    for (let k = 0; k < classes; k++) sum += <f64>load<f32>(target + (k << 2));
    for (let k = 0; k < classes; k++) {
      const logit = <f64>load<f32>(own);
      const t = <f64>load<f32>(target);
      value += t * (logNormaliser - logit);
      put(to, share * ((sum * exp64(logit - largest)) / exponentials - t), accumulate);
      own += 4;
      target += 4;
      to += 4;
    }
  }
  return value / <f64>images;
}

/**
 * Mean over all numbers of p log (p / q), p = softmax(targets), q = softmax(logits).
 *
 * @param logits - [images, classes], as targets and dLogits
 */
export function mutual(
  logits: usize,
  images: i32,
  classes: i32,
  targets: usize,
  dLogits: usize,
  weight: f32,
  accumulate: i32,
): f64 {
  let value: f64 = 0;
  const count = <f64>(images * classes);
  const share = <f64>weight / count;
  let own = logits;
  let target = targets;
  let to = dLogits;
  for (let i = 0; i < images; i++) {
    const ownLargest = largestOf(own, classes);
    const ownSum = exponentialSum(own, classes, ownLargest);
    const ownLog = ownLargest + log64(ownSum);
    const targetLargest = largestOf(target, classes);
    const targetSum = exponentialSum(target, classes, targetLargest);
    const targetLog = targetLargest + log64(targetSum);
    for (let k = 0; k < classes; k++) {
      const a = <f64>load<f32>(own);
      const b = <f64>load<f32>(target);
      const q = exp64(a - ownLargest) / ownSum;
      const p = exp64(b - targetLargest) / targetSum;
      value += p * (b - targetLog - (a - ownLog));
      put(to, share * (q - p), accumulate);
      own += 4;
      target += 4;
      to += 4;
    }
  }
  return value / count;
}

/** Inner product of two vectors of float32 in float64. */
function dot64(x: usize, y: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let p = x;
  let q = y;
  let left = n;
  for (; left >= 4; left -= 4) {
    const a0 = f64x2.promote_low_f32x4(v128.load64_zero(p));
    const a1 = f64x2.promote_low_f32x4(v128.load64_zero(p, 8));
    s0 = f64x2.add(s0, f64x2.mul(a0, f64x2.promote_low_f32x4(v128.load64_zero(q))));
    s1 = f64x2.add(s1, f64x2.mul(a1, f64x2.promote_low_f32x4(v128.load64_zero(q, 8))));
    p += 16;
    q += 16;
  }
  s0 = f64x2.add(s0, s1);
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (; left > 0; left--) {
    sum += <f64>load<f32>(p) * <f64>load<f32>(q);
    p += 4;
    q += 4;
  }
  return sum;
}

/**
 * Mean over the images of -log softmax(cos(features, table) / temperature)[row]; an image without a row (-1) and one
 * whose features are 0 count as 0, the cosine with a row of zeros is 0.
 *
 * @param features - [images, dim], as dFeatures; table [count, dim]
 * @param scratch - 16 * count bytes, at a multiple of 4
 */
export function contrastive(
  features: usize,
  images: i32,
  dim: i32,
  rows: usize,
  table: usize,
  count: i32,
  temperature: f64,
  dFeatures: usize,
  weight: f32,
  accumulate: i32,
  scratch: usize,
): f64 {
  const pitch: usize = dim << 2;
  const lengths = scratch;
  const factors: usize = scratch + (count << 3); // cosines / temperature, then what each row is taken times
  for (let k = 0; k < count; k++) {
    const row = table + <usize>k * pitch;
    store<f64>(lengths + (k << 3), sqrt<f64>(dot64(row, row, dim)));
  }
  const share = <f64>weight / (temperature * <f64>images);
  let value: f64 = 0;
  let z = features;
  let to = dFeatures;
  for (let i = 0; i < images; i++) {
    const label = load<i32>(rows + (i << 2));
    const length = sqrt<f64>(dot64(z, z, dim));
    if (label < 0 || length === 0) {
      if (!accumulate) {
        for (let j = 0; j < dim; j++) store<f32>(to + (j << 2), 0);
      }
      z += pitch;
      to += pitch;
      continue;
    }
    let largest: f64 = -Infinity;
    for (let k = 0; k < count; k++) {
      const rowLength = load<f64>(lengths + (k << 3));
      let score: f64 = 0;
      if (rowLength !== 0) score = dot64(z, table + <usize>k * pitch, dim) / (length * rowLength) / temperature;
      largest = max<f64>(largest, score);
      store<f64>(factors + (k << 3), score);
    }
    let sum: f64 = 0;
    for (let k = 0; k < count; k++) sum += exp64(load<f64>(factors + (k << 3)) - largest);
    value += largest + log64(sum) - load<f64>(factors + (label << 3));
    let along: f64 = 0; // what the features themselves are taken times
    for (let k = 0; k < count; k++) {
      const at = factors + (k << 3);
      const rowLength = load<f64>(lengths + (k << 3));
      const score = load<f64>(at);
      const p = exp64(score - largest) / sum;
      const factor = share * (k === label ? p - 1 : p);
      if (rowLength !== 0) along += (factor * score * temperature) / (length * length);
      store<f64>(at, rowLength === 0 ? 0 : factor / (length * rowLength));
    }
    let j = 0;
    for (; j + 4 <= dim; j += 4) {
      const at: usize = j << 2;
      const minus = f64x2.splat(-along);
      let s0 = f64x2.mul(minus, f64x2.promote_low_f32x4(v128.load64_zero(z + at)));
      let s1 = f64x2.mul(minus, f64x2.promote_low_f32x4(v128.load64_zero(z + at, 8)));
      let row = table + at;
      for (let k = 0; k < count; k++) {
        const factor = v128.load64_splat(factors + (k << 3));
        s0 = f64x2.add(s0, f64x2.mul(factor, f64x2.promote_low_f32x4(v128.load64_zero(row))));
        s1 = f64x2.add(s1, f64x2.mul(factor, f64x2.promote_low_f32x4(v128.load64_zero(row, 8))));
        row += pitch;
      }
      let gradient = v128.shuffle<f32>(
        f32x4.demote_f64x2_zero(s0),
        f32x4.demote_f64x2_zero(s1),
        0,
        1,
        4,
        5,
      );
      if (accumulate) gradient = f32x4.add(gradient, v128.load(to + at));
      v128.store(to + at, gradient);
    }
    for (; j < dim; j++) {
      const at: usize = j << 2;
      let s = -along * <f64>load<f32>(z + at);
      for (let k = 0; k < count; k++) {
        s += load<f64>(factors + (k << 3)) * <f64>load<f32>(table + <usize>k * pitch + at);
      }
      put(to + at, s, accumulate);
    }
    z += pitch;
    to += pitch;
  }
  return value / <f64>images;
}
