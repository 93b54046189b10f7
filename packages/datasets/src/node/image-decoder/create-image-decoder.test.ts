import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { createJpegEncoder } from './jpeg.test-support.ts';
import { png } from './png.test-support.ts';
import { createImageDecoder } from './create-image-decoder.ts';

const { decode } = createImageDecoder();
const pixelsOf = async (bytes: Uint8Array) => [...(await decode(bytes)).pixels];

describe('JPEG', () => {
  let jpeg: Awaited<ReturnType<typeof createJpegEncoder>>;
  beforeAll(async () => {
    jpeg = await createJpegEncoder();
  });
  /** 24 x 16 pixels with slow changes, which JPEG keeps well. */
  const smooth = Uint8Array.from({ length: 24 * 16 * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % 24, Math.floor(i / 72)];
    return [60 + 5 * x, 200 - 4 * y, 40 + 3 * x + 3 * y][i % 3];
  });

  it.each([{ progressive: false }, { progressive: true }])('%j is decoded as it was', async (options) => {
    const bytes = jpeg(smooth, 24, options);
    // Marker SOF0 is baseline, SOF2 progressive.
    expect(
      bytes.some((byte, i) => byte === 0xff && bytes[i + 1] === (options.progressive ? 0xc2 : 0xc0)),
    ).toBe(true);
    const { width, height, pixels } = await decode(bytes);
    expect([width, height, pixels.length]).toEqual([24, 16, smooth.length]);
    expect(Math.max(...pixels.map((value, i) => Math.abs(value - smooth[i])))).toBeLessThanOrEqual(6);
  });

  it('grey becomes RGB with three equal values', async () => {
    for (const progressive of [false, true]) {
      const { pixels } = await decode(jpeg(smooth, 24, { grey: true, progressive }));
      for (let i = 0; i < pixels.length; i += 3) {
        expect([pixels[i + 1], pixels[i + 2]]).toEqual([pixels[i], pixels[i]]);
        const grey = 0.299 * smooth[i] + 0.587 * smooth[i + 1] + 0.114 * smooth[i + 2];
        expect(Math.abs(pixels[i] - grey)).toBeLessThanOrEqual(4);
      }
    }
  });

  it('cut anywhere is refused with the reason, and the next image is decoded', async () => {
    const whole = jpeg(smooth, 24);
    const expected = await pixelsOf(whole);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: whole.length - 1 }), async (length) => {
        await expect(decode(whole.subarray(0, length))).rejects.toThrow(/[a-z]{4}/);
        expect(await pixelsOf(whole)).toEqual(expected);
      }),
      { seed: 6, numRuns: 30 },
    );
    await expect(decode(whole.subarray(0, -2))).rejects.toThrow('Premature end of JPEG file');
  });

  it('leaves no ImageData behind', async () => {
    await decode(jpeg(smooth, 24));
    expect('ImageData' in globalThis).toBe(false);
  });
});

describe('PNG', () => {
  it('is decoded in all kinds of colours', async () => {
    const two = { width: 2, height: 1 };
    expect(await pixelsOf(png({ ...two, data: [1, 2, 3, 4, 5, 6] }))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await pixelsOf(png({ ...two, colour: 6, data: [1, 2, 3, 0, 4, 5, 6, 9] }))).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect(await pixelsOf(png({ ...two, colour: 0, data: [7, 8] }))).toEqual([7, 7, 7, 8, 8, 8]);
    expect(await pixelsOf(png({ ...two, colour: 4, data: [7, 0, 8, 255] }))).toEqual([7, 7, 7, 8, 8, 8]);
    expect(await pixelsOf(png({ ...two, colour: 0, depth: 16, data: [7, 255, 8, 0] }))).toEqual([
      7, 7, 7, 8, 8, 8,
    ]);
    const palette = [10, 20, 30, 40, 50, 60];
    expect(await pixelsOf(png({ ...two, colour: 3, palette, data: [1, 0] }))).toEqual([
      40, 50, 60, 10, 20, 30,
    ]);
  });

  it('of less than 8 bits has rows that begin at a byte', async () => {
    const reds = async (image: Parameters<typeof png>[0]) =>
      (await pixelsOf(png(image))).filter((_, i) => i % 3 === 0);
    const grey = { width: 3, height: 2, colour: 0 };
    expect(await reds({ ...grey, depth: 1, data: [0b10100000, 0b01000000] })).toEqual([
      255, 0, 255, 0, 255, 0,
    ]);
    expect(await reds({ ...grey, depth: 2, data: [0b00011000, 0b11000100] })).toEqual([
      0, 85, 170, 255, 0, 85,
    ]);
    expect(await reds({ ...grey, depth: 4, data: [0x0f, 0x10, 0x23, 0x40] })).toEqual([
      0, 255, 17, 34, 51, 68,
    ]);
    const palette = [9, 0, 0, 8, 0, 0, 7, 0, 0];
    expect(await reds({ width: 3, height: 1, colour: 3, depth: 2, palette, data: [0b10000100] })).toEqual([
      7, 9, 8,
    ]);
    await expect(
      reds({ width: 1, height: 1, colour: 3, depth: 2, palette, data: [0b11000000] }),
    ).rejects.toThrow('beyond the palette');
    await expect(reds({ ...grey, depth: 1, data: [0, 0], interlaced: true })).rejects.toThrow('interlaced');
  });

  it('may be interlaced', async () => {
    // Of 2 x 2 pixels, the first pass has the first, the sixth the one beside it, the seventh the row below.
    const image = { width: 2, height: 2, colour: 0, interlaced: true, data: [0, 10, 0, 20, 0, 30, 40] };
    expect((await pixelsOf(png(image))).filter((_, i) => i % 3 === 0)).toEqual([10, 20, 30, 40]);
  });

  it('with a changed byte or cut is refused', async () => {
    const whole = png({ width: 2, height: 2, data: Array.from({ length: 12 }, (_, i) => 20 * i) });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 8, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const damaged = Uint8Array.from(whole);
          damaged[at] ^= change;
          await expect(decode(damaged)).rejects.toThrow(/[a-z]{4}/);
          await expect(decode(whole.subarray(0, at))).rejects.toThrow(/[a-z]{4}/);
        },
      ),
      { seed: 7 },
    );
  });
});

describe('other bytes', () => {
  it('are refused', async () => {
    await expect(decode(new Uint8Array(0))).rejects.toThrow('the file is empty');
    await expect(decode(Buffer.from('GIF89a'))).rejects.toThrow('neither JPEG nor PNG');
    await expect(decode(Uint8Array.of(0xff))).rejects.toThrow('neither JPEG nor PNG');
  });
});
