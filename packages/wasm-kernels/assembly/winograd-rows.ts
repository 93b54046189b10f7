import { madd } from './lanes';

// The transforms of Winograd's filtering along one axis, and their adjoints; see winograd.ts.

// @ts-expect-error: decorators are AssemblyScript's
@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function put(to: usize, value: v128, add: bool): void {
  v128.store(to, add ? f32x4.add(v128.load(to), value) : value);
}

/** One row of B^T: six numbers to six. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function inputRow(from: usize, fromPitch: usize, to: usize, toPitch: usize): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + fromPitch);
  const d2 = v128.load(from + fromPitch * 2);
  const d3 = v128.load(from + fromPitch * 3);
  const d4 = v128.load(from + fromPitch * 4);
  const d5 = v128.load(from + fromPitch * 5);
  const four = splat(4);
  const minusFour = splat(-4);
  const minusFive = splat(-5);
  v128.store(to, madd(d0, four, madd(d2, minusFive, d4)));
  const a = madd(d2, minusFour, d4);
  const b = madd(d1, minusFour, d3);
  v128.store(to + toPitch, f32x4.add(a, b));
  v128.store(to + toPitch * 2, f32x4.sub(a, b));
  const c = f32x4.sub(d4, d2);
  const e = f32x4.sub(d3, d1);
  const ee = f32x4.add(e, e);
  v128.store(to + toPitch * 3, f32x4.add(c, ee));
  v128.store(to + toPitch * 4, f32x4.sub(c, ee));
  v128.store(to + toPitch * 5, madd(d1, four, madd(d3, minusFive, d5)));
}

/** Its adjoint, B. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function inputRowAdjoint(from: usize, fromPitch: usize, to: usize, toPitch: usize, add: bool): void {
  const t0 = v128.load(from);
  const t1 = v128.load(from + fromPitch);
  const t2 = v128.load(from + fromPitch * 2);
  const t3 = v128.load(from + fromPitch * 3);
  const t4 = v128.load(from + fromPitch * 4);
  const t5 = v128.load(from + fromPitch * 5);
  const four = splat(4);
  const minusFive = splat(-5);
  const sum12 = f32x4.add(t1, t2);
  const sum34 = f32x4.add(t3, t4);
  const difference21 = f32x4.sub(t2, t1);
  const difference43 = f32x4.sub(t4, t3);
  const twice43 = f32x4.add(difference43, difference43);
  put(to, f32x4.mul(t0, four), add);
  put(to + toPitch, madd(f32x4.add(difference21, t5), four, twice43), add);
  put(to + toPitch * 2, f32x4.sub(madd(t0, minusFive, madd(sum12, splat(-4), splat(0))), sum34), add);
  put(to + toPitch * 3, f32x4.sub(madd(t5, minusFive, splat(0)), f32x4.add(difference21, twice43)), add);
  put(to + toPitch * 4, f32x4.add(t0, f32x4.add(sum12, sum34)), add);
  put(to + toPitch * 5, t5, add);
}

/** One row of A^T: six numbers to `step` (4 or 2); bias and relu at the last use. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function outputRow(
  from: usize,
  fromPitch: usize,
  to: usize,
  toPitch: usize,
  step: i32,
  bias: v128,
  floor: v128,
): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + fromPitch);
  const m2 = v128.load(from + fromPitch * 2);
  const m3 = v128.load(from + fromPitch * 3);
  const m4 = v128.load(from + fromPitch * 4);
  const m5 = v128.load(from + fromPitch * 5);
  const sum12 = f32x4.add(m1, m2);
  const sum34 = f32x4.add(m3, m4);
  const difference12 = f32x4.sub(m1, m2);
  const difference34 = f32x4.sub(m3, m4);
  v128.store(to, f32x4.max(f32x4.add(f32x4.add(m0, f32x4.add(sum12, sum34)), bias), floor));
  const second = madd(difference34, splat(2), f32x4.add(difference12, bias));
  if (step === 2) {
    v128.store(to + toPitch, f32x4.max(f32x4.add(second, m5), floor));
    return;
  }
  v128.store(to + toPitch, f32x4.max(second, floor));
  v128.store(to + toPitch * 2, f32x4.max(madd(sum34, splat(4), f32x4.add(sum12, bias)), floor));
  v128.store(
    to + toPitch * 3,
    f32x4.max(madd(difference34, splat(8), f32x4.add(f32x4.add(difference12, m5), bias)), floor),
  );
}

/** Its adjoint, A: `step` numbers to six. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function outputRowAdjoint(from: usize, fromPitch: usize, to: usize, toPitch: usize, step: i32): void {
  const y0 = v128.load(from);
  const y1 = v128.load(from + fromPitch);
  if (step === 2) {
    const twice = f32x4.add(y1, y1);
    v128.store(to, y0);
    v128.store(to + toPitch, f32x4.add(y0, y1));
    v128.store(to + toPitch * 2, f32x4.sub(y0, y1));
    v128.store(to + toPitch * 3, f32x4.add(y0, twice));
    v128.store(to + toPitch * 4, f32x4.sub(y0, twice));
    v128.store(to + toPitch * 5, y1);
    return;
  }
  const y2 = v128.load(from + fromPitch * 2);
  const y3 = v128.load(from + fromPitch * 3);
  const even = f32x4.add(y0, y2);
  const odd = f32x4.add(y1, y3);
  const even4 = madd(y2, splat(4), y0);
  const odd2 = madd(y3, splat(8), f32x4.add(y1, y1));
  v128.store(to, y0);
  v128.store(to + toPitch, f32x4.add(even, odd));
  v128.store(to + toPitch * 2, f32x4.sub(even, odd));
  v128.store(to + toPitch * 3, f32x4.add(even4, odd2));
  v128.store(to + toPitch * 4, f32x4.sub(even4, odd2));
  v128.store(to + toPitch * 5, y3);
}

/** One row of G: three or five numbers to six. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function filterRow(from: usize, fromPitch: usize, to: usize, toPitch: usize, kernel: i32): void {
  const g0 = v128.load(from);
  const g1 = v128.load(from + fromPitch);
  const g2 = v128.load(from + fromPitch * 2);
  let even = f32x4.add(g0, g2);
  let odd = g1;
  let even4 = madd(g2, splat(4), g0);
  let odd2 = f32x4.add(g1, g1);
  let last = g2;
  if (kernel === 5) {
    const g3 = v128.load(from + fromPitch * 3);
    const g4 = v128.load(from + fromPitch * 4);
    even = f32x4.add(even, g4);
    odd = f32x4.add(odd, g3);
    even4 = madd(g4, splat(16), even4);
    odd2 = madd(g3, splat(8), odd2);
    last = g4;
  }
  const sixth = splat(-1.0 / 6.0);
  const part = splat(1.0 / 24.0);
  v128.store(to, f32x4.mul(g0, splat(0.25)));
  v128.store(to + toPitch, f32x4.mul(f32x4.add(even, odd), sixth));
  v128.store(to + toPitch * 2, f32x4.mul(f32x4.sub(even, odd), sixth));
  v128.store(to + toPitch * 3, f32x4.mul(f32x4.add(even4, odd2), part));
  v128.store(to + toPitch * 4, f32x4.mul(f32x4.sub(even4, odd2), part));
  v128.store(to + toPitch * 5, last);
}

/** Its adjoint, G^T: six numbers to three or five. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function filterRowAdjoint(
  from: usize,
  fromPitch: usize,
  to: usize,
  toPitch: usize,
  kernel: i32,
  add: bool,
): void {
  const u0 = v128.load(from);
  const u1 = v128.load(from + fromPitch);
  const u2 = v128.load(from + fromPitch * 2);
  const u3 = v128.load(from + fromPitch * 3);
  const u4 = v128.load(from + fromPitch * 4);
  const u5 = v128.load(from + fromPitch * 5);
  const even = f32x4.mul(f32x4.add(u1, u2), splat(-1.0 / 6.0));
  const odd = f32x4.mul(f32x4.sub(u2, u1), splat(1.0 / 6.0));
  const sum = f32x4.add(u3, u4);
  const difference = f32x4.sub(u3, u4);
  put(to, madd(u0, splat(0.25), madd(sum, splat(1.0 / 24.0), even)), add);
  put(to + toPitch, madd(difference, splat(1.0 / 12.0), odd), add);
  const third = madd(sum, splat(1.0 / 6.0), even);
  if (kernel === 3) {
    put(to + toPitch * 2, f32x4.add(third, u5), add);
    return;
  }
  put(to + toPitch * 2, third, add);
  put(to + toPitch * 3, madd(difference, splat(1.0 / 3.0), odd), add);
  put(to + toPitch * 4, madd(sum, splat(2.0 / 3.0), f32x4.add(even, u5)), add);
}
