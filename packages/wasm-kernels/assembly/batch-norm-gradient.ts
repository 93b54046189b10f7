import { gradientSpan, RELU, RELU6, SILU, siluGradientSpan, upperEnd } from './activation';
import { CHUNK, CHUNKS, TILE } from './batch-norm-tiles';
import { loadLanes, madd, nmadd, storePart } from './lanes';

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
