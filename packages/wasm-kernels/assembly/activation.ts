import { loadLanes, madd, nmadd, storePart } from './lanes';

// Codes of the activations.
export const RELU: i32 = 1;
export const RELU6: i32 = 2;
export const SILU: i32 = 3;
export const TANH: i32 = 4;
export const SIGMOID: i32 = 5;

/**
 * e^x for x <= 0, relative error < 2e-7; 0 below -87.3, where float32 has no normal numbers; NaN stays.
 *
 * x = k ln 2 + r, |r| <= ln 2 / 2; the polynomial of Cephes' expf for e^r; 2^k by its bits.
 */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function exponential(x: v128): v128 {
  const least = f32x4.splat(-87.3);
  const clamped = f32x4.pmax(x, least);
  // Adding 1.5 * 2^23 rounds to an integer, which then lies in the low bits.
  const magic = f32x4.splat(12582912);
  const shifted = madd(clamped, f32x4.splat(1.44269504), magic);
  const k = f32x4.sub(shifted, magic);
  const r = nmadd(k, f32x4.splat(-2.1219444e-4), nmadd(k, f32x4.splat(0.693359375), clamped));
  let p = madd(r, f32x4.splat(1.9875691500e-4), f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), f32x4.splat(1));
  const power = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(0x3f800000));
  return v128.andnot(f32x4.mul(p, power), f32x4.lt(x, least));
}

/** 1 / (1 + e^-x). */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = exponential(v128.or(x, f32x4.splat(-0.0)));
  const upper = f32x4.div(one, f32x4.add(one, e));
  return v128.bitselect(upper, f32x4.mul(e, upper), f32x4.ge(x, f32x4.splat(0)));
}

/** tanh: the polynomial of Cephes' tanhf below .625, (1 - e^-2|x|) / (1 + e^-2|x|) above. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function hyperbolicTangent(x: v128): v128 {
  const one = f32x4.splat(1);
  const sign = f32x4.splat(-0.0);
  const negative = v128.or(x, sign);
  const e = exponential(f32x4.add(negative, negative));
  const large = v128.or(f32x4.div(f32x4.sub(one, e), f32x4.add(one, e)), v128.and(x, sign));
  const z = f32x4.mul(x, x);
  let p = madd(z, f32x4.splat(-5.70498872745e-3), f32x4.splat(2.06390887954e-2));
  p = madd(p, z, f32x4.splat(-5.37397155531e-2));
  p = madd(p, z, f32x4.splat(1.33314422036e-1));
  p = madd(p, z, f32x4.splat(-3.33332819422e-1));
  const small = madd(f32x4.mul(p, z), x, x);
  return v128.bitselect(small, large, f32x4.gt(negative, f32x4.splat(-0.625)));
}

/** silu, tanh or sigmoid. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function smooth(x: v128, activation: i32): v128 {
  if (activation === SILU) return f32x4.mul(x, sigmoid(x));
  if (activation === TANH) return hyperbolicTangent(x);
  return sigmoid(x);
}

/** d silu(x) / dx = s (1 + x (1 - s)). */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function siluSlope(x: v128): v128 {
  const one = f32x4.splat(1);
  const s = sigmoid(x);
  return f32x4.mul(s, madd(x, f32x4.sub(one, s), one));
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

/** dy times the slope, from y (from x for silu); nothing for code 0. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function throughActivation(dy: v128, reference: v128, activation: i32): v128 {
  if (activation === 0) return dy;
  const one = f32x4.splat(1);
  if (activation === SILU) return f32x4.mul(dy, siluSlope(reference));
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
    return;
  }
  for (; left > 0; left -= 4) {
    storePart(to, smooth(loadLanes(from, left), activation), left);
    from += 16;
    to += 16;
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

// @ts-expect-error: decorators are AssemblyScript's
@inline
function gradientSpan(reference: usize, dy: usize, dx: usize, n: i32, activation: i32, accumulate: i32): void {
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
