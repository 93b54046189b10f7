import { lowerEnd, SILU, smoothSpan, upperEnd } from './activation';
import { TILE } from './batch-norm-tiles';
import { loadLanes, madd, storePart } from './lanes';

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
