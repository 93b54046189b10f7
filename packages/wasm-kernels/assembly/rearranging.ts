import { loadLanes, storePart } from './lanes';

/**
 * y[i * groups + g] (+)= x[g * n + i], n = channels / groups: the channels of each pixel, as in ShuffleNet.
 *
 * The gradient is the shuffle with channels / groups groups.
 */
export function shuffleChannels(
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
  groups: i32,
  accumulate: i32,
): void {
  const size = channels / groups;
  const half: usize = size << 2;
  const step: usize = groups << 2;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      let from = x + ((image * xImage + row * xRow) << 2);
      let to = y + ((image * yImage + row * yRow) << 2);
      for (let column = 0; column < width; column++) {
        if (groups === 2) {
          // two halves become pairs
          let p = from;
          let q = to;
          let left = size;
          for (; left >= 4; left -= 4) {
            const a = v128.load(p);
            const b = v128.load(p + half);
            let low = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
            let high = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
            if (accumulate) {
              low = f32x4.add(low, v128.load(q));
              high = f32x4.add(high, v128.load(q, 16));
            }
            v128.store(q, low);
            v128.store(q, high, 16);
            p += 16;
            q += 32;
          }
          for (; left > 0; left--) {
            store<f32>(q, accumulate ? load<f32>(q) + load<f32>(p) : load<f32>(p));
            const other = load<f32>(p + half);
            store<f32>(q, accumulate ? load<f32>(q, 4) + other : other, 4);
            p += 4;
            q += 8;
          }
        } else if (size === 2) {
          // pairs become two halves
          let p = from;
          let q = to;
          const far: usize = groups << 2;
          let left = groups;
          for (; left >= 4; left -= 4) {
            const a = v128.load(p);
            const b = v128.load(p, 16);
            let even = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
            let odd = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
            if (accumulate) {
              even = f32x4.add(even, v128.load(q));
              odd = f32x4.add(odd, v128.load(q + far));
            }
            v128.store(q, even);
            v128.store(q + far, odd);
            p += 32;
            q += 16;
          }
          for (; left > 0; left--) {
            store<f32>(q, accumulate ? load<f32>(q) + load<f32>(p) : load<f32>(p));
            const other = load<f32>(p, 4);
            store<f32>(q + far, accumulate ? load<f32>(q + far) + other : other);
            p += 8;
            q += 4;
          }
        } else {
          let p = from;
          for (let group = 0; group < groups; group++) {
            let q = to + (group << 2);
            for (let i = size; i > 0; i--) {
              store<f32>(q, accumulate ? load<f32>(q) + load<f32>(p) : load<f32>(p));
              p += 4;
              q += step;
            }
          }
        }
        from += xPixel << 2;
        to += yPixel << 2;
      }
    }
  }
}

/** y[image][c][h][w] = x[image, h, w, c]: what a dense layer behind a flatten sees in PyTorch. */
export function toChannelsFirst(
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  y: usize,
  yImage: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const plane: usize = (height * width) << 2;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      let from = x + ((image * xImage + row * xRow) << 2);
      let start = y + ((image * yImage + row * width) << 2);
      for (let column = 0; column < width; column++) {
        let p = from;
        let q = start;
        let c = channels;
        for (; c >= 4; c -= 4) {
          const value = v128.load(p);
          v128.store_lane<f32>(q, value, 0);
          v128.store_lane<f32>((q += plane), value, 1);
          v128.store_lane<f32>((q += plane), value, 2);
          v128.store_lane<f32>((q += plane), value, 3);
          q += plane;
          p += 16;
        }
        for (; c > 0; c--) {
          store<f32>(q, load<f32>(p));
          q += plane;
          p += 4;
        }
        from += xPixel << 2;
        start += 4;
      }
    }
  }
}

/** x[image, h, w, c] (+)= y[image][c][h][w]. */
export function fromChannelsFirst(
  y: usize,
  yImage: i32,
  x: usize,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  accumulate: i32,
): void {
  const plane: usize = (height * width) << 2;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      let to = x + ((image * xImage + row * xRow) << 2);
      let start = y + ((image * yImage + row * width) << 2);
      for (let column = 0; column < width; column++) {
        let p = start;
        let q = to;
        for (let c = channels; c > 0; c -= 4) {
          let value = v128.load32_zero(p);
          if (c > 1) value = v128.load_lane<f32>(p + plane, value, 1);
          if (c > 2) value = v128.load_lane<f32>(p + 2 * plane, value, 2);
          if (c > 3) value = v128.load_lane<f32>(p + 3 * plane, value, 3);
          if (accumulate) value = f32x4.add(value, loadLanes(q, c));
          storePart(q, value, c);
          p += plane << 2;
          q += 16;
        }
        to += xPixel << 2;
        start += 4;
      }
    }
  }
}
