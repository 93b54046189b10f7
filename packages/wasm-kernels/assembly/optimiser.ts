import { loadLanes, madd, storePart } from './lanes';

// The rules of PyTorch's SGD and Adam over n numbers that lie side by side; each sets the gradient to 0 behind it.

/** Sum of squares in float64; NaN and Infinity stay. */
export function sumOfSquares(p: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let at = p;
  let left = n;
  for (; left >= 8; left -= 8) {
    let a = f64x2.promote_low_f32x4(v128.load64_zero(at));
    s0 = f64x2.add(s0, f64x2.mul(a, a));
    a = f64x2.promote_low_f32x4(v128.load64_zero(at, 8));
    s1 = f64x2.add(s1, f64x2.mul(a, a));
    a = f64x2.promote_low_f32x4(v128.load64_zero(at, 16));
    s2 = f64x2.add(s2, f64x2.mul(a, a));
    a = f64x2.promote_low_f32x4(v128.load64_zero(at, 24));
    s3 = f64x2.add(s3, f64x2.mul(a, a));
    at += 32;
  }
  const pairs = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let sum = f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
  for (; left > 0; left--) {
    const a = <f64>load<f32>(at);
    sum += a * a;
    at += 4;
  }
  return sum;
}

/** p *= factor. */
export function scale(p: usize, n: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  let at = p;
  for (let left = n; left > 0; left -= 4) {
    storePart(at, f32x4.mul(loadLanes(at, left), f), left);
    at += 16;
  }
}

/** gradient += weight (weights - reference): the gradient of weight / 2 |w - reference|^2. */
export function addProximal(gradient: usize, weights: usize, reference: usize, n: i32, weight: f32): void {
  const f = f32x4.splat(weight);
  let g = gradient;
  let w = weights;
  let r = reference;
  for (let left = n; left > 0; left -= 4) {
    const difference = f32x4.sub(loadLanes(w, left), loadLanes(r, left));
    storePart(g, madd(difference, f, loadLanes(g, left)), left);
    g += 16;
    w += 16;
    r += 16;
  }
}

/** w -= rate (g + decay w); g = 0. */
export function sgd(w: usize, g: usize, n: i32, rate: f64, decay: f64): void {
  const step = f32x4.splat(<f32>-rate);
  const shrink = f32x4.splat(<f32>decay);
  const zero = f32x4.splat(0);
  let p = w;
  let q = g;
  for (let left = n; left > 0; left -= 4) {
    const weight = loadLanes(p, left);
    const gradient = madd(weight, shrink, loadLanes(q, left));
    storePart(p, madd(gradient, step, weight), left);
    storePart(q, zero, left);
    p += 16;
    q += 16;
  }
}

/** v = momentum v + g + decay w; w -= rate v; g = 0. From v = 0 the first step has v = g, as PyTorch's. */
export function sgdMomentum(
  w: usize,
  g: usize,
  v: usize,
  n: i32,
  rate: f64,
  momentum: f64,
  decay: f64,
): void {
  const step = f32x4.splat(<f32>-rate);
  const keep = f32x4.splat(<f32>momentum);
  const shrink = f32x4.splat(<f32>decay);
  const zero = f32x4.splat(0);
  let p = w;
  let q = g;
  let r = v;
  for (let left = n; left > 0; left -= 4) {
    const weight = loadLanes(p, left);
    const gradient = madd(weight, shrink, loadLanes(q, left));
    const velocity = madd(loadLanes(r, left), keep, gradient);
    storePart(r, velocity, left);
    storePart(p, madd(velocity, step, weight), left);
    storePart(q, zero, left);
    p += 16;
    q += 16;
    r += 16;
  }
}

/**
 * m = b1 m + (1 - b1) g', v = b2 v + (1 - b2) g'^2, w -= rate m / (sqrt(v) / correction + epsilon), g' = g + decay w;
 * g = 0. Where the denominator is 0 the weight stays.
 *
 * @param rate - learning rate / (1 - b1^t)
 * @param correction - sqrt(1 - b2^t)
 */
export function adam(
  w: usize,
  g: usize,
  first: usize,
  second: usize,
  n: i32,
  rate: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  correction: f64,
  decay: f64,
): void {
  const step = f32x4.splat(<f32>-rate);
  const keep1 = f32x4.splat(<f32>beta1);
  const take1 = f32x4.splat(<f32>(1 - beta1));
  const keep2 = f32x4.splat(<f32>beta2);
  const take2 = f32x4.splat(<f32>(1 - beta2));
  const least = f32x4.splat(<f32>epsilon);
  const corrected = f32x4.splat(<f32>(1 / correction));
  const shrink = f32x4.splat(<f32>decay);
  const zero = f32x4.splat(0);
  let p = w;
  let q = g;
  let a = first;
  let b = second;
  for (let left = n; left > 0; left -= 4) {
    const weight = loadLanes(p, left);
    const gradient = madd(weight, shrink, loadLanes(q, left));
    const m = madd(loadLanes(a, left), keep1, f32x4.mul(gradient, take1));
    const v = madd(loadLanes(b, left), keep2, f32x4.mul(f32x4.mul(gradient, gradient), take2));
    storePart(a, m, left);
    storePart(b, v, left);
    const denominator = madd(f32x4.sqrt(v), corrected, least);
    const change = f32x4.div(f32x4.mul(m, step), denominator);
    // Only 0 is no divisor: NaN must reach the weight.
    storePart(p, f32x4.add(weight, v128.andnot(change, f32x4.eq(denominator, zero))), left);
    storePart(q, zero, left);
    p += 16;
    q += 16;
    a += 16;
    b += 16;
  }
}
