import { loadLanes, madd, storePart } from './lanes';

// @ts-expect-error: decorators are AssemblyScript's
@inline
function addTo(to: usize, value: v128, lanes: i32): void {
  storePart(to, f32x4.add(loadLanes(to, lanes), value), lanes);
}

/** Outputs whose sums stay in registers, at least where their inputs stay near. */
const TILE: i32 = 64;
/** Floats of the inputs of such a tile, at most: a tile is walked once for every four channels. */
const NEAR: i32 = 65536;

/**
 * dW[tap, c] += sum over outputs of x[stride o + tap, c] dy[o, c], shapes as in `depthwise`.
 *
 * The nine sums of a 3x3 filter, or the five of a row of a 5x5 one, stay in registers for a tile of outputs.
 */
export function depthwiseFilterGradient(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  dy: usize,
  dyImage: i32,
  dyRow: i32,
  dyPixel: i32,
  images: i32,
  outHeight: i32,
  outWidth: i32,
  channels: i32,
  kh: i32,
  kw: i32,
  strideY: i32,
  strideX: i32,
  dWeights: usize,
): void {
  const rows = images * outHeight;
  const tile = max(1, min(TILE / outWidth, NEAR / max(1, xImage / outHeight)));
  const pixel: usize = xPixel << 2;
  const pixel2 = pixel << 1;
  const xLine: usize = xRow << 2;
  const step: usize = (strideX * xPixel) << 2;
  const dyStep: usize = dyPixel << 2;
  const next: usize = channels << 2;
  const zero = f32x4.splat(0);
  for (let first = 0; first < rows; first += tile) {
    const end = min(first + tile, rows);
    const firstImage = first / outHeight;
    const firstY = first - firstImage * outHeight;
    for (let c = 0; c < channels; c += 4) {
      const lanes = channels - c;
      const at: usize = c << 2;
      if (kh === 3 && kw === 3) {
        let s00 = zero;
        let s01 = zero;
        let s02 = zero;
        let s10 = zero;
        let s11 = zero;
        let s12 = zero;
        let s20 = zero;
        let s21 = zero;
        let s22 = zero;
        let image = firstImage;
        let line = firstY;
        for (let row = first; row < end; row++) {
          let p = x + at + ((image * xImage + line * strideY * xRow) << 2);
          let q = dy + at + ((image * dyImage + line * dyRow) << 2);
          if (lanes >= 4) {
            for (let i = outWidth; i > 0; i--) {
              const d = v128.load(q);
              const p1 = p + xLine;
              const p2 = p1 + xLine;
              s00 = madd(v128.load(p), d, s00);
              s01 = madd(v128.load(p + pixel), d, s01);
              s02 = madd(v128.load(p + pixel2), d, s02);
              s10 = madd(v128.load(p1), d, s10);
              s11 = madd(v128.load(p1 + pixel), d, s11);
              s12 = madd(v128.load(p1 + pixel2), d, s12);
              s20 = madd(v128.load(p2), d, s20);
              s21 = madd(v128.load(p2 + pixel), d, s21);
              s22 = madd(v128.load(p2 + pixel2), d, s22);
              p += step;
              q += dyStep;
            }
          } else {
            for (let i = outWidth; i > 0; i--) {
              const d = loadLanes(q, lanes);
              const p1 = p + xLine;
              const p2 = p1 + xLine;
              s00 = madd(loadLanes(p, lanes), d, s00);
              s01 = madd(loadLanes(p + pixel, lanes), d, s01);
              s02 = madd(loadLanes(p + pixel2, lanes), d, s02);
              s10 = madd(loadLanes(p1, lanes), d, s10);
              s11 = madd(loadLanes(p1 + pixel, lanes), d, s11);
              s12 = madd(loadLanes(p1 + pixel2, lanes), d, s12);
              s20 = madd(loadLanes(p2, lanes), d, s20);
              s21 = madd(loadLanes(p2 + pixel, lanes), d, s21);
              s22 = madd(loadLanes(p2 + pixel2, lanes), d, s22);
              p += step;
              q += dyStep;
            }
          }
          if (++line === outHeight) {
            line = 0;
            image++;
          }
        }
        let g = dWeights + at;
        addTo(g, s00, lanes);
        addTo((g += next), s01, lanes);
        addTo((g += next), s02, lanes);
        addTo((g += next), s10, lanes);
        addTo((g += next), s11, lanes);
        addTo((g += next), s12, lanes);
        addTo((g += next), s20, lanes);
        addTo((g += next), s21, lanes);
        addTo((g += next), s22, lanes);
        continue;
      }
      for (let ky = 0; ky < kh; ky++) {
        let kx = 0;
        while (kx < kw) {
          const from = x + at + ((ky * xRow + kx * xPixel) << 2);
          let g = dWeights + at + (((ky * kw + kx) * channels) << 2);
          const five = lanes >= 4 && kw - kx >= 5;
          let s0 = zero;
          let s1 = zero;
          let s2 = zero;
          let s3 = zero;
          let s4 = zero;
          let image = firstImage;
          let line = firstY;
          for (let row = first; row < end; row++) {
            let p = from + ((image * xImage + line * strideY * xRow) << 2);
            let q = dy + at + ((image * dyImage + line * dyRow) << 2);
            if (five) {
              for (let i = outWidth; i > 0; i--) {
                const d = v128.load(q);
                const p2 = p + pixel2;
                s0 = madd(v128.load(p), d, s0);
                s1 = madd(v128.load(p + pixel), d, s1);
                s2 = madd(v128.load(p2), d, s2);
                s3 = madd(v128.load(p2 + pixel), d, s3);
                s4 = madd(v128.load(p2 + pixel2), d, s4);
                p += step;
                q += dyStep;
              }
            } else {
              for (let i = outWidth; i > 0; i--) {
                s0 = madd(loadLanes(p, lanes), loadLanes(q, lanes), s0);
                p += step;
                q += dyStep;
              }
            }
            if (++line === outHeight) {
              line = 0;
              image++;
            }
          }
          addTo(g, s0, lanes);
          if (!five) {
            kx++;
            continue;
          }
          addTo((g += next), s1, lanes);
          addTo((g += next), s2, lanes);
          addTo((g += next), s3, lanes);
          addTo((g += next), s4, lanes);
          kx += 5;
        }
      }
    }
  }
}
