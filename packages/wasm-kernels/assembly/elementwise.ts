import { loadLanes, madd, storePart } from './lanes';

// Number by number over images: rows (and whole images) without gaps are one span.

/** Pixels whose sums stay in registers, at least, and how many such sums are added before they go to memory. */
const CHUNK: i32 = 32;
const CHUNKS: i32 = 8;

function addSpan(x: usize, y: usize, n: i32): void {
  let from = x;
  let to = y;
  let left = n;
  for (; left >= 16; left -= 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    v128.store(to, f32x4.add(v128.load(to, 16), v128.load(from, 16)), 16);
    v128.store(to, f32x4.add(v128.load(to, 32), v128.load(from, 32)), 32);
    v128.store(to, f32x4.add(v128.load(to, 48), v128.load(from, 48)), 48);
    from += 64;
    to += 64;
  }
  for (; left > 0; left -= 4) {
    storePart(to, f32x4.add(loadLanes(to, left), loadLanes(from, left)), left);
    from += 16;
    to += 16;
  }
}

function copySpan(x: usize, y: usize, n: i32): void {
  let from = x;
  let to = y;
  let left = n;
  for (; left >= 16; left -= 16) {
    const v0 = v128.load(from);
    const v1 = v128.load(from, 16);
    const v2 = v128.load(from, 32);
    const v3 = v128.load(from, 48);
    v128.store(to, v0);
    v128.store(to, v1, 16);
    v128.store(to, v2, 32);
    v128.store(to, v3, 48);
    from += 64;
    to += 64;
  }
  for (; left > 0; left -= 4) {
    storePart(to, loadLanes(from, left), left);
    from += 16;
    to += 16;
  }
}

/** y (+)= x * scale. */
export function scaleSpan(x: usize, scale: f32, y: usize, n: i32, accumulate: i32): void {
  const factor = f32x4.splat(scale);
  let from = x;
  let to = y;
  let left = n;
  if (accumulate) {
    for (; left >= 8; left -= 8) {
      v128.store(to, madd(v128.load(from), factor, v128.load(to)));
      v128.store(to, madd(v128.load(from, 16), factor, v128.load(to, 16)), 16);
      from += 32;
      to += 32;
    }
  } else {
    for (; left >= 8; left -= 8) {
      v128.store(to, f32x4.mul(v128.load(from), factor));
      v128.store(to, f32x4.mul(v128.load(from, 16), factor), 16);
      from += 32;
      to += 32;
    }
  }
  for (; left > 0; left -= 4) {
    let value = f32x4.mul(loadLanes(from, left), factor);
    if (accumulate) value = madd(loadLanes(from, left), factor, loadLanes(to, left));
    storePart(to, value, left);
    from += 16;
    to += 16;
  }
}

function multiplySpan(x: usize, m: usize, y: usize, n: i32, accumulate: i32): void {
  let from = x;
  let factor = m;
  let to = y;
  for (let left = n; left > 0; left -= 4) {
    let value = f32x4.mul(loadLanes(from, left), loadLanes(factor, left));
    if (accumulate) value = madd(loadLanes(from, left), loadLanes(factor, left), loadLanes(to, left));
    storePart(to, value, left);
    from += 16;
    factor += 16;
    to += 16;
  }
}

/** y += x. */
export function addImages(
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
): void {
  const dense = width === 1 || (xPixel === channels && yPixel === channels);
  const span = dense ? width * channels : channels;
  const spans = dense ? 1 : width;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      let from = x + ((image * xImage + row * xRow) << 2);
      let to = y + ((image * yImage + row * yRow) << 2);
      for (let i = 0; i < spans; i++) {
        addSpan(from, to, span);
        from += xPixel << 2;
        to += yPixel << 2;
      }
    }
  }
}

/** y = x; the two do not overlap. */
export function copyImages(
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
): void {
  const dense = width === 1 || (xPixel === channels && yPixel === channels);
  const span = dense ? width * channels : channels;
  const spans = dense ? 1 : width;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      let from = x + ((image * xImage + row * xRow) << 2);
      let to = y + ((image * yImage + row * yRow) << 2);
      for (let i = 0; i < spans; i++) {
        copySpan(from, to, span);
        from += xPixel << 2;
        to += yPixel << 2;
      }
    }
  }
}

/** y = value everywhere. */
export function fillImages(
  y: usize,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  value: f32,
): void {
  const all = f32x4.splat(value);
  const dense = width === 1 || yPixel === channels;
  const span = dense ? width * channels : channels;
  const spans = dense ? 1 : width;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      let start = y + ((image * yImage + row * yRow) << 2);
      for (let i = 0; i < spans; i++) {
        let to = start;
        for (let left = span; left > 0; left -= 4) {
          storePart(to, all, left);
          to += 16;
        }
        start += yPixel << 2;
      }
    }
  }
}

/** y (+)= x * m, number by number. */
export function multiplyImages(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  m: usize,
  mImage: i32,
  mRow: i32,
  mPixel: i32,
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
  const dense = width === 1 || (xPixel === channels && mPixel === channels && yPixel === channels);
  const span = dense ? width * channels : channels;
  const spans = dense ? 1 : width;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      let from = x + ((image * xImage + row * xRow) << 2);
      let factor = m + ((image * mImage + row * mRow) << 2);
      let to = y + ((image * yImage + row * yRow) << 2);
      for (let i = 0; i < spans; i++) {
        multiplySpan(from, factor, to, span, accumulate);
        from += xPixel << 2;
        factor += mPixel << 2;
        to += yPixel << 2;
      }
    }
  }
}

/** out[c] += sum of d[., c]: the gradient of a bias. */
export function columnSums(
  d: usize,
  dImage: i32,
  dRow: i32,
  dPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  out: usize,
): void {
  const rows = images * height;
  const chunk = max(1, CHUNK / width);
  const tile = chunk * CHUNKS;
  const pixel: usize = dPixel << 2;
  const zero = f32x4.splat(0);
  for (let first = 0; first < rows; first += tile) {
    const end = min(first + tile, rows);
    const firstImage = first / height;
    const firstY = first - firstImage * height;
    let c = 0;
    while (c < channels) {
      const at: usize = c << 2;
      const lanes = channels - c;
      const wide = lanes >= 16;
      let t0 = zero;
      let t1 = zero;
      let t2 = zero;
      let t3 = zero;
      let image = firstImage;
      let line = firstY;
      for (let row = first; row < end; row += chunk) {
        let s0 = zero;
        let s1 = zero;
        let s2 = zero;
        let s3 = zero;
        for (let n = min(chunk, end - row); n > 0; n--) {
          let p = d + at + ((image * dImage + line * dRow) << 2);
          if (wide) {
            for (let i = width; i > 0; i--) {
              s0 = f32x4.add(s0, v128.load(p));
              s1 = f32x4.add(s1, v128.load(p, 16));
              s2 = f32x4.add(s2, v128.load(p, 32));
              s3 = f32x4.add(s3, v128.load(p, 48));
              p += pixel;
            }
          } else {
            for (let i = width; i > 0; i--) {
              s0 = f32x4.add(s0, loadLanes(p, lanes));
              p += pixel;
            }
          }
          if (++line === height) {
            line = 0;
            image++;
          }
        }
        t0 = f32x4.add(t0, s0);
        t1 = f32x4.add(t1, s1);
        t2 = f32x4.add(t2, s2);
        t3 = f32x4.add(t3, s3);
      }
      const to = out + at;
      storePart(to, f32x4.add(loadLanes(to, lanes), t0), lanes);
      c += 4;
      if (!wide) continue;
      v128.store(to, f32x4.add(v128.load(to, 16), t1), 16);
      v128.store(to, f32x4.add(v128.load(to, 32), t2), 32);
      v128.store(to, f32x4.add(v128.load(to, 48), t3), 48);
      c += 12;
    }
  }
}
