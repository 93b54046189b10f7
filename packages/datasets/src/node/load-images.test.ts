import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { checkDataset } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { loadCifar10, loadCifar100, loadMnist } from './load-images.ts';
import { temporaryFolder } from './temporary-folder.test-support.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const mnist = new URL('../../../../../shared/data/mnist/', import.meta.url);
const has = existsSync(mnist);

/** n records with the given label bytes. */
const records = (n: number, labels: number[]) =>
  Uint8Array.from(Array.from({ length: n }, () => [...labels, ...new Uint8Array(3072)]).flat());

async function writeCifar10(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (let i = 1; i <= 5; i++) await writeFile(join(dir, `data_batch_${i}.bin`), records(2, [i]));
  await writeFile(join(dir, 'test_batch.bin'), records(1, [9]));
}

function idx(shape: number[], values: number[]): Uint8Array {
  return Uint8Array.from([
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap((n) => [0, 0, n >> 8, n & 255]),
    ...values,
  ]);
}

describe('loadCifar10', () => {
  it('reads the parts from the folder or the folder of the archive', async () => {
    for (const inside of ['.', 'cifar-10-batches-bin']) {
      await using folder = await temporaryFolder();
      await writeCifar10(join(folder.path, inside));
      const load = async (split?: 'train' | 'test' | 'all') =>
        [
          ...checkDataset(await loadCifar10({ dir: folder.path, records: 'any', ...(split && { split }) }))
            .labels,
        ].join('');
      expect(await load()).toBe('11223344559');
      expect(await load('train')).toBe('1122334455');
      expect(await load('test')).toBe('9');
    }
  });

  it('refuses files that are cut between two records', async () => {
    await using folder = await temporaryFolder();
    await writeCifar10(folder.path);
    const load = loadCifar10({ dir: folder.path });
    await expect(load).rejects.toThrow(code('data-corrupt'));
    await expect(load).rejects.toThrow(/data_batch_1.bin has 6146 bytes; the official file has 30730000/);
  });

  it('says which files it looked for and how to get them', async () => {
    await using folder = await temporaryFolder();
    const load = loadCifar10({ dir: folder.path, split: 'test' });
    await expect(load).rejects.toThrow(code('data-not-found'));
    await expect(load).rejects.toThrow(
      `${folder.path}/test_batch.bin, ${folder.path}/cifar-10-batches-bin/test_batch.bin. Load it with download: true`,
    );
    const file = loadCifar10({ dir: join(folder.path, 'x', 'y') });
    await expect(file).rejects.toThrow(code('data-not-found'));
  });

  it('refuses an unknown split and obeys the signal', async () => {
    await using folder = await temporaryFolder();
    await writeCifar10(folder.path);
    await expect(loadCifar10({ dir: folder.path, split: 'valid' as never })).rejects.toThrow(
      code('invalid-argument'),
    );
    const reason = new Error('enough');
    await expect(loadCifar10({ dir: folder.path, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('loadCifar100', () => {
  it('reads both parts', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'cifar-100-binary'));
    await writeFile(join(folder.path, 'cifar-100-binary', 'train.bin'), records(2, [3, 42]));
    await writeFile(join(folder.path, 'cifar-100-binary', 'test.bin'), records(1, [19, 99]));
    const dataset = checkDataset(await loadCifar100({ dir: folder.path, records: 'any' }));
    expect([[...dataset.labels], [...dataset.groups!]]).toEqual([
      [42, 42, 99],
      [3, 3, 19],
    ]);
    await expect(loadCifar100({ dir: folder.path })).rejects.toThrow(/official file has 153700000/);
  });
});

describe('loadMnist', () => {
  it('reads plain and compressed files', async () => {
    await using folder = await temporaryFolder();
    const write = (name: string, bytes: Uint8Array) => writeFile(join(folder.path, name), bytes);
    await write('train-images-idx3-ubyte', idx([2, 1, 2], [1, 2, 3, 4]));
    await write('train-labels.idx1-ubyte', idx([2], [7, 8]));
    await write('t10k-images-idx3-ubyte.gz', gzipSync(idx([1, 1, 2], [5, 6])));
    await write('t10k-labels-idx1-ubyte.gz', gzipSync(idx([1], [9])));
    const dataset = checkDataset(await loadMnist({ dir: folder.path }));
    expect([[...dataset.inputs], [...dataset.labels]]).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9],
    ]);
    await write('t10k-labels-idx1-ubyte.gz', gzipSync(idx([1], [9])).subarray(0, 20));
    await expect(loadMnist({ dir: folder.path, split: 'test' })).rejects.toThrow(code('data-corrupt'));
    await write('t10k-labels-idx1-ubyte.gz', gzipSync(idx([2], [9, 9])));
    await expect(loadMnist({ dir: folder.path, split: 'test' })).rejects.toThrow(/do not go with labels/);
  });

  it.skipIf(!has)('reads the official files (skipped without ../shared)', async () => {
    const dataset = checkDataset(await loadMnist({ dir: fileURLToPath(mnist), split: 'test' }));
    expect([dataset.length, dataset.shape]).toEqual([10_000, [28, 28, 1]]);
    expect([...dataset.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });
});
