import { loadLanes, madd, storePart } from './lanes';
import { scaleSpan } from './elementwise';

/** y[image, ., ., c] = x[image, ., ., c] g[image, c]. */
export function gate(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  g: usize,
  gImage: i32,
  y: usize,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  for (let image = 0; image < images; image++) {
    let from = x + ((image * xImage) << 2);
    let factors = g + ((image * gImage) << 2);
    let to = y + ((image * yImage) << 2);
    for (let c = channels; c > 0; c -= 4) {
      const factor = loadLanes(factors, c);
      let xLine = from;
      let yLine = to;
      for (let row = height; row > 0; row--) {
        let p = xLine;
        let q = yLine;
        for (let i = width; i > 0; i--) {
          storePart(q, f32x4.mul(loadLanes(p, c), factor), c);
          p += xPixel << 2;
          q += yPixel << 2;
        }
        xLine += xRow << 2;
        yLine += yRow << 2;
      }
      from += 16;
      factors += 16;
      to += 16;
    }
  }
}

/** dx (+)= dy g, dg[image, c] = sum over pixels of dy x; dx may be dy. */
export function gateGradient(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  g: usize,
  gImage: i32,
  dy: usize,
  dyImage: i32,
  dyRow: i32,
  dyPixel: i32,
  dx: usize,
  dxImage: i32,
  dxRow: i32,
  dxPixel: i32,
  dg: usize,
  dgImage: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  accumulate: i32,
): void {
  for (let image = 0; image < images; image++) {
    let at: usize = 0;
    const x0 = x + ((image * xImage) << 2);
    const g0 = g + ((image * gImage) << 2);
    const dy0 = dy + ((image * dyImage) << 2);
    const dx0 = dx + ((image * dxImage) << 2);
    const dg0 = dg + ((image * dgImage) << 2);
    for (let c = channels; c > 0; c -= 4) {
      const factor = loadLanes(g0 + at, c);
      let total = f32x4.splat(0);
      let xLine = x0 + at;
      let dyLine = dy0 + at;
      let dxLine = dx0 + at;
      for (let row = height; row > 0; row--) {
        let p = xLine;
        let r = dyLine;
        let q = dxLine;
        let sum = f32x4.splat(0);
        for (let i = width; i > 0; i--) {
          const d = loadLanes(r, c);
          sum = madd(d, loadLanes(p, c), sum);
          let value = f32x4.mul(d, factor);
          if (accumulate) value = madd(d, factor, loadLanes(q, c));
          storePart(q, value, c);
          p += xPixel << 2;
          r += dyPixel << 2;
          q += dxPixel << 2;
        }
        total = f32x4.add(total, sum);
        xLine += xRow << 2;
        dyLine += dyRow << 2;
        dxLine += dxRow << 2;
      }
      storePart(dg0 + at, total, c);
      at += 16;
    }
  }
}

/** y[image] (+)= x[image] scales[image]: stochastic depth. */
export function scaleImages(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  scales: usize,
  y: usize,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  accumulate: i32,
): void {
  const dense = width === 1 || (xPixel === channels && yPixel === channels);
  const span = dense ? width * channels : channels;
  const spans = dense ? 1 : width;
  for (let image = 0; image < images; image++) {
    const factor = load<f32>(scales + (image << 2));
    for (let row = 0; row < height; row++) {
      let from = x + ((image * xImage + row * xRow) << 2);
      let to = y + ((image * yImage + row * yRow) << 2);
      for (let i = 0; i < spans; i++) {
        scaleSpan(from, factor, to, span, accumulate);
        from += xPixel << 2;
        to += yPixel << 2;
      }
    }
  }
}
