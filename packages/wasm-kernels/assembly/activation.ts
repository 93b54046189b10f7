import { loadLanes, madd, nmadd, storePart } from './lanes';

// Codes of the activations.
export const RELU: i32 = 1;
export const RELU6: i32 = 2;
export const SILU: i32 = 3;
export const TANH: i32 = 4;
export const SIGMOID: i32 = 5;

// V8 builds a constant vector anew at every use, which would double the time of an exponential. So the loops get them as
// sums with a 0 that no compiler knows to be one (`n >>> 30`), and V8 keeps those.

/** Beyond it, e^x or e^-x leaves the normal numbers of float32. */
const FAR: f32 = 87;

/**
 * e^-x for |x| <= 87, relative error < 2e-7; NaN stays.
 *
 * -x = k ln 2 - u, |u| <= ln 2 / 2; the polynomial of Cephes' expf for e^-u; 2^k by its bits.
 */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function exponentialOfMinus(
  x: v128,
  minusLog2e: v128,
  magic: v128,
  ln2: v128,
  ln2Rest: v128,
  c0: v128,
  c1: v128,
  c2: v128,
  c3: v128,
  c4: v128,
  c5: v128,
  one: v128,
): v128 {
  // Adding 1.5 * 2^23 rounds to an integer, which then lies in the low bits.
  const shifted = madd(x, minusLog2e, magic);
  const k = f32x4.sub(shifted, magic);
  const u = madd(k, ln2Rest, madd(k, ln2, x));
  let p = madd(u, c0, c1);
  p = madd(p, u, c2);
  p = madd(p, u, c3);
  p = madd(p, u, c4);
  p = madd(p, u, c5);
  p = madd(p, f32x4.mul(u, u), f32x4.sub(one, u));
  return f32x4.mul(p, i32x4.add(i32x4.shl(shifted, 23), one));
}

/** y = silu(x), tanh(x) or sigmoid(x) of n numbers; y may be x. */
export function smoothSpan(x: usize, y: usize, n: i32, activation: i32): void {
  const zero = <f32>(n >>> 30);
  const minusLog2e = f32x4.splat(zero - 1.44269504);
  const magic = f32x4.splat(zero + 12582912);
  const ln2 = f32x4.splat(zero + 0.693359375);
  const ln2Rest = f32x4.splat(zero - 2.1219444e-4);
  const c0 = f32x4.splat(zero - 1.98756915e-4);
  const c1 = f32x4.splat(zero + 1.3981999507e-3);
  const c2 = f32x4.splat(zero - 8.3334519073e-3);
  const c3 = f32x4.splat(zero + 4.1665795894e-2);
  const c4 = f32x4.splat(zero - 1.6666665459e-1);
  const c5 = f32x4.splat(zero + 5.0000001201e-1);
  const one = f32x4.splat(zero + 1);
  const least = f32x4.splat(zero - FAR);
  const most = f32x4.splat(zero + FAR);
  let from = x;
  let to = y;
  if (activation === TANH) {
    // The polynomial of Cephes' tanhf below .625, (1 - e^-2|x|) / (1 + e^-2|x|) above.
    const t0 = f32x4.splat(zero - 5.70498872745e-3);
    const t1 = f32x4.splat(zero + 2.06390887954e-2);
    const t2 = f32x4.splat(zero - 5.37397155531e-2);
    const t3 = f32x4.splat(zero + 1.33314422036e-1);
    const t4 = f32x4.splat(zero - 3.33332819422e-1);
    for (let left = n; left > 0; left -= 4) {
      const v = loadLanes(from, left);
      const size = f32x4.abs(v);
      const e = exponentialOfMinus(
        f32x4.pmin(f32x4.add(size, size), most),
        minusLog2e,
        magic,
        ln2,
        ln2Rest,
        c0,
        c1,
        c2,
        c3,
        c4,
        c5,
        one,
      );
      const sign = v128.xor(v, size);
      const large = v128.or(f32x4.div(f32x4.sub(one, e), f32x4.add(one, e)), sign);
      const z = f32x4.mul(v, v);
      let p = madd(z, t0, t1);
      p = madd(p, z, t2);
      p = madd(p, z, t3);
      p = madd(p, z, t4);
      const small = madd(f32x4.mul(p, z), v, v);
      storePart(to, v128.bitselect(small, large, f32x4.lt(size, f32x4.splat(0.625))), left);
      from += 16;
      to += 16;
    }
    return;
  }
  for (let left = n; left > 0; left -= 4) {
    const v = loadLanes(from, left);
    const e = exponentialOfMinus(
      f32x4.pmin(f32x4.pmax(v, least), most),
      minusLog2e,
      magic,
      ln2,
      ln2Rest,
      c0,
      c1,
      c2,
      c3,
      c4,
      c5,
      one,
    );
    const value = f32x4.div(activation === SILU ? v : one, f32x4.add(one, e));
    storePart(to, v128.andnot(value, f32x4.lt(v, least)), left);
    from += 16;
    to += 16;
  }
}

/**
 * dx (+)= dy silu'(v) of n numbers, silu'(v) = s (1 + v (1 - s)), s = sigmoid(v); dx may be dy.
 *
 * @param mean - 0: v is x; else v = gamma (x - mean) inverse + beta, one of each for each number
 */
export function siluGradientSpan(
  x: usize,
  mean: usize,
  inverse: usize,
  gamma: usize,
  beta: usize,
  dy: usize,
  dx: usize,
  n: i32,
  accumulate: i32,
): void {
  const zero = <f32>(n >>> 30);
  const minusLog2e = f32x4.splat(zero - 1.44269504);
  const magic = f32x4.splat(zero + 12582912);
  const ln2 = f32x4.splat(zero + 0.693359375);
  const ln2Rest = f32x4.splat(zero - 2.1219444e-4);
  const c0 = f32x4.splat(zero - 1.98756915e-4);
  const c1 = f32x4.splat(zero + 1.3981999507e-3);
  const c2 = f32x4.splat(zero - 8.3334519073e-3);
  const c3 = f32x4.splat(zero + 4.1665795894e-2);
  const c4 = f32x4.splat(zero - 1.6666665459e-1);
  const c5 = f32x4.splat(zero + 5.0000001201e-1);
  const one = f32x4.splat(zero + 1);
  const least = f32x4.splat(zero - FAR);
  const most = f32x4.splat(zero + FAR);
  let at: usize = 0;
  for (let left = n; left > 0; left -= 4) {
    let v = loadLanes(x + at, left);
    if (mean !== 0) {
      const scale = f32x4.mul(loadLanes(gamma + at, left), loadLanes(inverse + at, left));
      v = madd(f32x4.sub(v, loadLanes(mean + at, left)), scale, loadLanes(beta + at, left));
    }
    v = f32x4.pmin(f32x4.pmax(v, least), most);
    const e = exponentialOfMinus(v, minusLog2e, magic, ln2, ln2Rest, c0, c1, c2, c3, c4, c5, one);
    const s = f32x4.div(one, f32x4.add(one, e));
    const slope = f32x4.mul(s, madd(v, f32x4.mul(e, s), one));
    let value = f32x4.mul(loadLanes(dy + at, left), slope);
    if (accumulate) value = f32x4.add(value, loadLanes(dx + at, left));
    storePart(dx + at, value, left);
    at += 16;
  }
}

/** The lower end of what relu and relu6 let through; -Infinity for none. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function lowerEnd(activation: i32): v128 {
  return activation === 0 ? f32x4.splat(-Infinity) : f32x4.splat(0);
}

/** The upper end of what relu6 lets through; Infinity for none and relu. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function upperEnd(activation: i32): v128 {
  return activation === RELU6 ? f32x4.splat(6) : f32x4.splat(Infinity);
}

/** dy times the slope that y tells; for all but silu. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function throughActivation(dy: v128, reference: v128, activation: i32): v128 {
  if (activation === 0) return dy;
  const one = f32x4.splat(1);
  if (activation === TANH) return f32x4.mul(dy, nmadd(reference, reference, one));
  if (activation === SIGMOID) return f32x4.mul(dy, f32x4.mul(reference, f32x4.sub(one, reference)));
  const passed = v128.and(dy, f32x4.gt(reference, f32x4.splat(0)));
  if (activation === RELU) return passed;
  return v128.and(passed, f32x4.lt(reference, f32x4.splat(6)));
}

function activateSpan(x: usize, y: usize, n: i32, activation: i32): void {
  let from = x;
  let to = y;
  let left = n;
  if (activation < SILU) {
    const low = lowerEnd(activation);
    const high = upperEnd(activation);
    for (; left >= 8; left -= 8) {
      v128.store(to, f32x4.pmin(f32x4.pmax(v128.load(from), low), high));
      v128.store(to, f32x4.pmin(f32x4.pmax(v128.load(from, 16), low), high), 16);
      from += 32;
      to += 32;
    }
    for (; left > 0; left -= 4) {
      storePart(to, f32x4.pmin(f32x4.pmax(loadLanes(from, left), low), high), left);
      from += 16;
      to += 16;
    }
  } else {
    smoothSpan(x, y, n, activation);
  }
}

/** y = act(x); y may be x. */
export function activate(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
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
  const dense = width === 1 || (xPixel === channels && yPixel === channels);
  const span = dense ? width * channels : channels;
  const spans = dense ? 1 : width;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      let from = x + ((image * xImage + row * xRow) << 2);
      let to = y + ((image * yImage + row * yRow) << 2);
      for (let i = 0; i < spans; i++) {
        activateSpan(from, to, span, activation);
        from += xPixel << 2;
        to += yPixel << 2;
      }
    }
  }
}

/** dx (+)= dy act'(.) of n numbers; dx may be dy. */
export function gradientSpan(
  reference: usize,
  dy: usize,
  dx: usize,
  n: i32,
  activation: i32,
  accumulate: i32,
): void {
  if (activation === SILU) {
    siluGradientSpan(reference, 0, 0, 0, 0, dy, dx, n, accumulate);
    return;
  }
  let from = reference;
  let gradient = dy;
  let to = dx;
  for (let left = n; left > 0; left -= 4) {
    let value = throughActivation(loadLanes(gradient, left), loadLanes(from, left), activation);
    if (accumulate) value = f32x4.add(value, loadLanes(to, left));
    storePart(to, value, left);
    from += 16;
    gradient += 16;
    to += 16;
  }
}

/** dx (+)= dy act'(.), from `reference`: y, for silu x. dx may be dy. */
export function activateGradient(
  reference: usize,
  referenceImage: i32,
  referenceRow: i32,
  referencePixel: i32,
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
  activation: i32,
  accumulate: i32,
): void {
  const dense =
    width === 1 || (referencePixel === channels && dyPixel === channels && dxPixel === channels);
  const span = dense ? width * channels : channels;
  const spans = dense ? 1 : width;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      let from = reference + ((image * referenceImage + row * referenceRow) << 2);
      let gradient = dy + ((image * dyImage + row * dyRow) << 2);
      let to = dx + ((image * dxImage + row * dxRow) << 2);
      for (let i = 0; i < spans; i++) {
        gradientSpan(from, gradient, to, span, activation, accumulate);
        from += referencePixel << 2;
        gradient += dyPixel << 2;
        to += dxPixel << 2;
      }
    }
  }
}
