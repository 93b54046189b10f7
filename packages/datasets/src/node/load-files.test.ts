import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { checkDataset } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { bytesSha256 } from './download/checksum.ts';
import { datasetNames, loadDataset } from './load-dataset.ts';
import { loadPartition } from './load-partition.ts';
import { loadPixelFile } from './load-pixel-file.ts';
import { temporaryFolder } from './temporary-folder.test-support.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const golden = new URL('../../../../../shared/golden/', import.meta.url);
const has = existsSync(golden);

describe('loadDataset', () => {
  it('knows its names', async () => {
    expect(datasetNames).toEqual(['digits', 'mnist', 'cifar10', 'cifar100']);
    expect((await loadDataset('digits')).length).toBe(1797);
    await expect(loadDataset('imagenet')).rejects.toThrow(code('unknown-dataset'));
    await expect(loadDataset('imagenet')).rejects.toThrow(/Known: digits, mnist, cifar10, cifar100/);
  });

  it('needs a folder for what is not bundled', async () => {
    await using folder = await temporaryFolder();
    await expect(loadDataset('cifar10')).rejects.toThrow(code('data-not-found'));
    for (const name of ['mnist', 'cifar10', 'cifar100']) {
      await expect(loadDataset(name, { dir: folder.path })).rejects.toThrow(code('data-not-found'));
    }
  });

  it('refuses a split of digits and obeys the signal', async () => {
    await expect(loadDataset('digits', { split: 'train' })).rejects.toThrow(code('invalid-argument'));
    const reason = new Error('enough');
    await expect(loadDataset('digits', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('loadPixelFile', () => {
  const pixels = Uint8Array.of(9, 8, 7, 6);
  const meta = {
    shape: [4, 1, 1, 1],
    dtype: 'uint8',
    order: 'NHWC; sample = label*2 + k',
    sha256: bytesSha256(pixels),
    normalize: '(v/255-0.5)/0.5',
  };

  it('reads plain and compressed pixels and finds the description beside them', async () => {
    await using folder = await temporaryFolder();
    const at = (name: string) => join(folder.path, name);
    await writeFile(at('tiny_u8_nhwc.bin.gz'), gzipSync(pixels));
    await writeFile(at('tiny_u8_nhwc.bin'), pixels);
    await writeFile(at('tiny_meta.json'), JSON.stringify(meta));
    await writeFile(at('t_meta.json'), 'not this one');
    for (const file of ['tiny_u8_nhwc.bin', 'tiny_u8_nhwc.bin.gz']) {
      const dataset = checkDataset(await loadPixelFile({ pixels: at(file) }));
      expect([dataset.name, [...dataset.labels], [...dataset.inputs]]).toEqual([
        'tiny',
        [0, 0, 1, 1],
        [9, 8, 7, 6],
      ]);
    }
    const named = await loadPixelFile({ pixels: at('tiny_u8_nhwc.bin'), meta: at('tiny_meta.json') });
    expect(named.name).toBe('tiny');
  });

  it('refuses damaged files', async () => {
    await using folder = await temporaryFolder();
    const at = (name: string) => join(folder.path, name);
    await writeFile(at('a.bin'), Uint8Array.of(9, 8, 7, 5));
    await expect(loadPixelFile({ pixels: at('a.bin') })).rejects.toThrow(code('data-not-found'));
    await expect(loadPixelFile({ pixels: at('a.bin') })).rejects.toThrow(/a_meta\.json/);
    await writeFile(at('a_meta.json'), '{');
    await expect(loadPixelFile({ pixels: at('a.bin') })).rejects.toThrow(/is no JSON/);
    await writeFile(at('a_meta.json'), '{}');
    await expect(loadPixelFile({ pixels: at('a.bin') })).rejects.toThrow(/has shape = undefined/);
    await writeFile(at('a_meta.json'), JSON.stringify(meta));
    const changed = loadPixelFile({ pixels: at('a.bin') });
    await expect(changed).rejects.toThrow(code('data-corrupt'));
    await expect(changed).rejects.toThrow(/has the SHA-256/);
    await writeFile(at('a.bin.gz'), gzipSync(pixels).subarray(0, 12));
    await expect(loadPixelFile({ pixels: at('a.bin.gz') })).rejects.toThrow(/no readable gzip/);
    await expect(loadPixelFile({ pixels: at('b.bin'), meta: at('a_meta.json') })).rejects.toThrow(
      code('data-not-found'),
    );
  });

  it.skipIf(!has)(
    'reads the 2,000 CIFAR images of the reference runs (skipped without ../shared)',
    async () => {
      const file = fileURLToPath(new URL('cifar2k_u8_nhwc.bin.gz', golden));
      const dataset = checkDataset(await loadPixelFile({ pixels: file }));
      expect([dataset.name, dataset.length, dataset.classes, dataset.shape]).toEqual([
        'cifar2k',
        2000,
        10,
        [32, 32, 3],
      ]);
      expect([dataset.labels[199], dataset.labels[200], dataset.labels[1999]]).toEqual([0, 1, 9]);
    },
  );
});

describe('loadPartition', () => {
  it('reads a file and refuses what is none', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'partition.json');
    await expect(loadPartition({ file, length: 3 })).rejects.toThrow(code('data-not-found'));
    await writeFile(file, '{"train":[[0]],"test":[[1]');
    await expect(loadPartition({ file, length: 3 })).rejects.toThrow(code('invalid-partition'));
    await writeFile(file, '{"train":[[0]],"test":[[1]]}');
    expect((await loadPartition({ file, length: 3 })).train).toEqual([Int32Array.of(0)]);
    await expect(loadPartition({ file, length: 1 })).rejects.toThrow(code('invalid-partition'));
    const reason = new Error('enough');
    await expect(loadPartition({ file, length: 3, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
