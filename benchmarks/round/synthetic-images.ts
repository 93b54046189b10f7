import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRng } from '@protonorm/tensor';

/** Writes a file of pixels as large as that of the 2,000 CIFAR-10 images, all noise. @returns its path */
export async function writeSyntheticImages(folder: string): Promise<string> {
  const rng = createRng('bench:round');
  const shape = [2000, 32, 32, 3];
  const words = Uint32Array.from({ length: shape.reduce((a, b) => a * b, 1) / 4 }, () => rng.uint32());
  const pixels = new Uint8Array(words.buffer);
  const meta = {
    name: 'synthetic',
    shape,
    dtype: 'uint8',
    order: 'NHWC; sample = label*200 + k',
    sha256: createHash('sha256').update(pixels).digest('hex'),
    normalize: '(v/255-0.5)/0.5',
  };
  const path = join(folder, 'synthetic_u8_nhwc.bin');
  await writeFile(path, pixels);
  await writeFile(join(folder, 'synthetic_meta.json'), JSON.stringify(meta));
  return path;
}
