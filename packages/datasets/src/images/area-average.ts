import type { DecodedImage } from './image-decoder.ts';

/**
 * Brings an image to a size: the largest centred part with the wanted ratio of sides is taken, and each new pixel is the
 * average of the area that it covers, rounded half up. In float64 and a fixed order, so the same on every engine.
 *
 * @param size - [height, width], integers >= 1
 * @returns RGB, shape [height, width, 3]; the image's own pixels where the size is theirs
 */
export function areaAverage(image: DecodedImage, [height, width]: readonly [number, number]): Uint8Array {
  if (image.height === height && image.width === width) return image.pixels;
  const scale = Math.min(image.height / height, image.width / width);
  const columns = covered(image.width, width, scale);
  const narrow = new Float64Array(image.height * width * 3);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (y * width + x) * 3;
      const { first, shares } = columns[x];
      for (let k = 0; k < shares.length; k++) {
        const from = (y * image.width + first + k) * 3;
        for (let c = 0; c < 3; c++) narrow[to + c] += shares[k] * image.pixels[from + c];
      }
    }
  }
  const pixels = new Uint8Array(height * width * 3);
  const row = new Float64Array(width * 3);
  for (const [y, { first, shares }] of covered(image.height, height, scale).entries()) {
    row.fill(0);
    for (let k = 0; k < shares.length; k++) {
      const from = (first + k) * row.length;
      for (let i = 0; i < row.length; i++) row[i] += shares[k] * narrow[from + i];
    }
    for (let i = 0; i < row.length; i++) pixels[y * row.length + i] = Math.floor(row[i] + 0.5);
  }
  return pixels;
}

/** For each of n new pixels of a side: the first old one that it covers, and what share of it is that one and the next ones. */
function covered(extent: number, n: number, scale: number): { first: number; shares: number[] }[] {
  const margin = (extent - n * scale) / 2;
  return Array.from({ length: n }, (_, i) => {
    const start = margin + i * scale;
    const end = start + scale;
    const first = Math.max(0, Math.floor(start));
    const last = Math.min(extent, Math.ceil(end)) - 1;
    const shares: number[] = [];
    for (let at = first; at <= last; at++) {
      shares.push((Math.min(end, at + 1) - Math.max(start, at)) / scale);
    }
    return { first, shares };
  });
}
