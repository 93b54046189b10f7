import { madd } from './lanes';

// Winograd's minimal filtering with the six points 0, 1, -1, 2, -2 and infinity: F(4x4, 3x3) and F(2x2, 5x5) read the same
// 6x6 tiles, so they share B. A convolution is 36 products V U = M; the passes back are the adjoints of the way there, so
// that V and U serve three times: M' = A dY A^T, dW = G^T (V^T M') G, dX = B (M' U^T) B^T.
// Lavin and Gray, arXiv 1509.09308.

// @ts-expect-error: decorators are AssemblyScript's
@inline
function splat(x: f32): v128 {
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
function inputRow(from: usize, fromPitch: usize, to: usize, toPitch: usize): void {
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
function inputRowAdjoint(from: usize, fromPitch: usize, to: usize, toPitch: usize, add: bool): void {
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
function outputRow(
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
function outputRowAdjoint(from: usize, fromPitch: usize, to: usize, toPitch: usize, step: i32): void {
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
function filterRow(from: usize, fromPitch: usize, to: usize, toPitch: usize, kernel: i32): void {
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
function filterRowAdjoint(
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

/**
 * U = G g G^T for all filters.
 *
 * @param filters - packed [N / 8][kernel * kernel * inputs][8]
 * @param u - [36][N / 8][inputs][8], points `uPitch` floats apart
 * @param scratch - 576 bytes
 */
export function winogradFilter(
  filters: usize,
  kernel: i32,
  inputs: i32,
  outputs: i32,
  u: usize,
  uPitch: i32,
  scratch: usize,
): void {
  const tap: usize = inputs << 5;
  const point: usize = uPitch << 2;
  for (let panel = 0; panel < outputs; panel += 8) {
    const source = filters + (panel * kernel * kernel * inputs << 2);
    const target = u + (panel * inputs << 2);
    for (let k: usize = 0; k < <usize>(inputs << 1); k++) {
      const from = source + (k << 4);
      for (let j = 0; j < kernel; j++) {
        filterRow(from + j * tap, kernel * tap, scratch + (j << 4), 96, kernel);
      }
      for (let i = 0; i < 6; i++) {
        filterRow(scratch + i * 96, 16, target + (k << 4) + i * 6 * point, point, kernel);
      }
    }
  }
}

/** The filters' gradient += G^T dU G; shapes as in `winogradFilter`. */
export function winogradFilterGradient(
  du: usize,
  uPitch: i32,
  kernel: i32,
  inputs: i32,
  outputs: i32,
  gradient: usize,
  scratch: usize,
): void {
  const tap: usize = inputs << 5;
  const point: usize = uPitch << 2;
  for (let panel = 0; panel < outputs; panel += 8) {
    const target = gradient + (panel * kernel * kernel * inputs << 2);
    const source = du + (panel * inputs << 2);
    for (let k: usize = 0; k < <usize>(inputs << 1); k++) {
      for (let j = 0; j < 6; j++) {
        filterRowAdjoint(source + (k << 4) + j * point, 6 * point, scratch + (j << 4), 96, kernel, false);
      }
      const to = target + (k << 4);
      for (let i = 0; i < kernel; i++) {
        filterRowAdjoint(scratch + i * 96, 16, to + i * kernel * tap, tap, kernel, true);
      }
    }
  }
}

/**
 * V = B^T x B for all tiles.
 *
 * @param x - the first number of the first tile (with the halo where there is padding)
 * @param step - outputs of a tile on an axis: 4 for 3x3 filters, 2 for 5x5
 * @param channels - a multiple of 4
 * @param v - [36][tiles][channels], points `vPitch` floats apart
 * @param scratch - 576 bytes
 */
export function winogradInput(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  images: i32,
  tilesY: i32,
  tilesX: i32,
  step: i32,
  channels: i32,
  v: usize,
  vPitch: i32,
  scratch: usize,
): void {
  const row: usize = xRow << 2;
  const pixel: usize = xPixel << 2;
  const point: usize = vPitch << 2;
  let to = v;
  for (let image = 0; image < images; image++) {
    for (let ty = 0; ty < tilesY; ty++) {
      for (let tx = 0; tx < tilesX; tx++) {
        const tile = x + ((image * xImage + ty * step * xRow + tx * step * xPixel) << 2);
        for (let c = 0; c < channels; c += 4) {
          const from = tile + (c << 2);
          for (let j: usize = 0; j < 6; j++) {
            inputRow(from + j * pixel, row, scratch + (j << 4), 96);
          }
          for (let i: usize = 0; i < 6; i++) {
            inputRow(scratch + i * 96, 16, to + i * 6 * point, point);
          }
          to += 16;
        }
      }
    }
  }
}

/** dx += B dV B^T: scattered to the tiles, halo included. Shapes as in `winogradInput`. */
export function winogradInputGradient(
  dv: usize,
  vPitch: i32,
  images: i32,
  tilesY: i32,
  tilesX: i32,
  step: i32,
  channels: i32,
  dx: usize,
  dxImage: i32,
  dxRow: i32,
  dxPixel: i32,
  scratch: usize,
): void {
  const row: usize = dxRow << 2;
  const pixel: usize = dxPixel << 2;
  const point: usize = vPitch << 2;
  let from = dv;
  for (let image = 0; image < images; image++) {
    for (let ty = 0; ty < tilesY; ty++) {
      for (let tx = 0; tx < tilesX; tx++) {
        const tile = dx + ((image * dxImage + ty * step * dxRow + tx * step * dxPixel) << 2);
        for (let c = 0; c < channels; c += 4) {
          for (let j: usize = 0; j < 6; j++) {
            inputRowAdjoint(from + j * point, 6 * point, scratch + (j << 4), 96, false);
          }
          const to = tile + (c << 2);
          for (let i: usize = 0; i < 6; i++) {
            inputRowAdjoint(scratch + i * 96, 16, to + i * row, pixel, true);
          }
          from += 16;
        }
      }
    }
  }
}

/**
 * Y = A^T M A + bias, with relu if asked for.
 *
 * @param m - [36][tiles][channels], points `mPitch` floats apart
 * @param bias - 0 = none
 * @param relu - 1 = max(., 0)
 * @param scratch - 576 bytes
 */
export function winogradOutput(
  m: usize,
  mPitch: i32,
  images: i32,
  tilesY: i32,
  tilesX: i32,
  step: i32,
  channels: i32,
  y: usize,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  bias: usize,
  relu: i32,
  scratch: usize,
): void {
  const row: usize = yRow << 2;
  const pixel: usize = yPixel << 2;
  const point: usize = mPitch << 2;
  const zero = splat(0);
  const lowest = splat(-Infinity);
  const floor = relu ? zero : lowest;
  let from = m;
  for (let image = 0; image < images; image++) {
    for (let ty = 0; ty < tilesY; ty++) {
      for (let tx = 0; tx < tilesX; tx++) {
        const tile = y + ((image * yImage + ty * step * yRow + tx * step * yPixel) << 2);
        for (let c = 0; c < channels; c += 4) {
          for (let j: usize = 0; j < 6; j++) {
            outputRow(from + j * point, 6 * point, scratch + (j << 4), 96, step, zero, lowest);
          }
          const to = tile + (c << 2);
          const shift = bias === 0 ? zero : v128.load(bias + (c << 2));
          for (let i: usize = 0; i < <usize>step; i++) {
            outputRow(scratch + i * 96, 16, to + i * row, pixel, step, shift, floor);
          }
          from += 16;
        }
      }
    }
  }
}

/** M' = A dY A^T: what the passes back begin with. Shapes as in `winogradOutput`. */
export function winogradOutputGradient(
  dy: usize,
  dyImage: i32,
  dyRow: i32,
  dyPixel: i32,
  images: i32,
  tilesY: i32,
  tilesX: i32,
  step: i32,
  channels: i32,
  dm: usize,
  mPitch: i32,
  scratch: usize,
): void {
  const row: usize = dyRow << 2;
  const pixel: usize = dyPixel << 2;
  const point: usize = mPitch << 2;
  let to = dm;
  for (let image = 0; image < images; image++) {
    for (let ty = 0; ty < tilesY; ty++) {
      for (let tx = 0; tx < tilesX; tx++) {
        const tile = dy + ((image * dyImage + ty * step * dyRow + tx * step * dyPixel) << 2);
        for (let c = 0; c < channels; c += 4) {
          const from = tile + (c << 2);
          for (let j: usize = 0; j < <usize>step; j++) {
            outputRowAdjoint(from + j * pixel, row, scratch + (j << 4), 96, step);
          }
          for (let i: usize = 0; i < 6; i++) {
            outputRowAdjoint(scratch + i * 96, 16, to + i * 6 * point, point, step);
          }
          to += 16;
        }
      }
    }
  }
}
