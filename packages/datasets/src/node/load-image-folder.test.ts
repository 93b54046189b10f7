import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

import { checkDataset } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { plainPng } from './image-decoder/png.test-support.ts';
import { tarArchive } from './download/tar-archive.test-support.ts';
import { tarEntries } from './download/tar.ts';
import { loadImageFolder, type LoadImageFolderOptions } from './load-image-folder.ts';
import { temporaryFolder } from './temporary-folder.test-support.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const grey = (value: number, width = 2, height = width) => plainPng(width, height, [value, value, value]);
const text = (content: string) => Buffer.from(content);

/** Loads files from a folder and from an archive of it, and expects the same; the paths of options are in the folder. */
async function load(
  contents: Record<string, Uint8Array>,
  options: Omit<LoadImageFolderOptions, 'path'> = {},
) {
  await using folder = await temporaryFolder();
  const dir = join(folder.path, 'mine');
  for (const [name, bytes] of Object.entries(contents)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), bytes);
  }
  const members = Object.entries(contents).map(([name, bytes]) => ({ name: `./${name}`, bytes }));
  await writeFile(join(folder.path, 'mine.tar.gz'), gzipSync(tarArchive(members)));
  const fromFolder = await loadImageFolder({ ...options, path: dir });
  checkDataset(fromFolder);
  const fromArchive = await loadImageFolder({ ...options, path: join(folder.path, 'mine.tar.gz') });
  expect({ ...fromArchive, source: '' }).toEqual({ ...fromFolder, source: '' });
  return fromFolder;
}

/** First value of each sample. */
const first = ({ inputs, shape }: { inputs: ArrayLike<number>; shape: readonly number[] }) =>
  Array.from(inputs).filter((_, i) => i % (shape[0] * shape[1] * 3) === 0);

describe('loadImageFolder', () => {
  it('takes folders as classes, sorted, at any depth, and passes over what is no image', async () => {
    const dataset = await load({
      'b/2.png': grey(22),
      'b/deep/er/1.PNG': grey(21),
      'a/x.png': grey(10),
      'C/y.png': grey(5),
      'a/notes.txt': text('?'),
      'a/._x.png': text('resource fork'),
      'README.md': text('?'),
    });
    expect(dataset.files).toEqual(['C/y.png', 'a/x.png', 'b/2.png', 'b/deep/er/1.PNG']);
    expect([...dataset.labels]).toEqual([0, 1, 2, 2]);
    expect(first(dataset)).toEqual([5, 10, 22, 21]);
    expect(dataset).toMatchObject({
      name: 'mine',
      shape: [2, 2, 3],
      classes: 3,
      classNames: ['C', 'a', 'b'],
      normalise: { divisor: 255, mean: 0.5, std: 0.5 },
      source: '4 images of mine',
      broken: [],
    });
  });

  it('keeps the classes of all parts in each part', async () => {
    const files = {
      'set/validation/a/1.png': grey(1),
      'set/train/b/2.png': grey(2),
      'set/train/a/3.png': grey(3),
      'set/test/c/4.png': grey(4),
    };
    const parts = [];
    for (const split of ['all', 'train', 'val', 'test'] as const) {
      const dataset = await load(files, { split });
      expect(dataset.classNames).toEqual(['a', 'b', 'c']);
      parts.push([first(dataset), [...dataset.labels]]);
    }
    expect(parts).toEqual([
      [
        [3, 2, 1, 4],
        [0, 1, 0, 2],
      ],
      [
        [3, 2],
        [0, 1],
      ],
      [[1], [0]],
      [[4], [2]],
    ]);
    const { 'set/test/c/4.png': _, ...rest } = files;
    await expect(load(rest, { split: 'test' })).rejects.toThrow(/no part 'test'.*It has 'train', 'val'/);
    const onlyTrain = { 'train/a/1.png': grey(1), 'train/b/2.png': grey(2) };
    expect(first(await load(onlyTrain, { split: 'train' }))).toEqual([1, 2]);
  });

  it('reads the layout of Tiny ImageNet with its labels of val and its names', async () => {
    const tiny = {
      'tiny-imagenet-200/train/n02/images/n02_0.png': grey(20),
      'tiny-imagenet-200/train/n01/images/n01_0.png': grey(10),
      'tiny-imagenet-200/train/n03/images/n03_0.png': grey(30),
      'tiny-imagenet-200/val/images/val_0.png': grey(31),
      'tiny-imagenet-200/val/images/val_1.png': grey(11),
      'tiny-imagenet-200/test/images/test_0.png': grey(99),
      'tiny-imagenet-200/words.txt': text('n01\tcrane\nn02\tcrane, big bird\nn03\tox, cattle\nn04\tcat\n'),
    };
    const annotations = text('val_0.png\tn03\t0\t0\t1\t1\nval_1.png\tn01\t0\t0\t1\t1\n');
    const dataset = await load({ ...tiny, 'tiny-imagenet-200/val/val_annotations.txt': annotations });
    expect([first(dataset), [...dataset.labels], dataset.classNames]).toEqual([
      [10, 20, 30, 11, 31],
      [0, 1, 2, 0, 2],
      ['crane', 'crane, big bird', 'ox'],
    ]);
    await expect(load(tiny)).rejects.toThrow(/has no tiny-imagenet-200\/val\/val_annotations.txt/);
    const short = { ...tiny, 'tiny-imagenet-200/val/val_annotations.txt': annotations.subarray(0, 24) };
    await expect(load(short)).rejects.toThrow(/no line for val_1.png/);
    const unlabelled = { ...tiny, 'tiny-imagenet-200/val/val_annotations.txt': annotations };
    await expect(load(unlabelled, { split: 'test' })).rejects.toThrow(/no part 'test' of labelled images/);
  });

  it('reads a list of labels, in its order, with classes sorted by number', async () => {
    const images = { 'jpg/1.png': grey(1), 'jpg/2.png': grey(2), 'jpg/3.png': grey(3), 'jpg/4.png': grey(4) };
    const csv = 'split,file,label\nvalid,3.png,10\ntrain,1.png,9\ntrain,jpg/2.png,100\n';
    const dataset = await load({ ...images, 'labels.csv': text(csv) });
    expect([first(dataset), [...dataset.labels], dataset.classNames]).toEqual([
      [3, 1, 2],
      [1, 0, 2],
      ['9', '10', '100'],
    ]);
    await using folder = await temporaryFolder();
    const labels = join(folder.path, 'mine.csv');
    await writeFile(labels, csv);
    expect(first(await load(images, { labels, split: 'train' }))).toEqual([1, 2]);
    expect(first(await load(images, { labels, split: 'val' }))).toEqual([3]);
    await writeFile(labels, 'file,label\n4.png,x\n1.png,10\n');
    expect((await load(images, { labels })).classNames).toEqual(['10', 'x']);
    await expect(load(images, { labels, split: 'train' })).rejects.toThrow(/It has no parts/);
  });

  it.each([
    ['data-corrupt', 'Line 1 of list.csv has no column label', 'file,class\n1.png,2\n'],
    ['data-corrupt', "Line 2 of list.csv has the unknown part 'dev'", 'file,label,split\n1.png,2,dev\n'],
    ['data-corrupt', 'Line 3 of list.csv names 1.png a second time', 'file,label\n1.png,2\n1.png,3\n'],
    ['data-corrupt', 'Line 2 of list.csv has no file or no label', 'file,label\n1.png,\n'],
    ['data-corrupt', 'Line 2 of list.csv has a quote', 'file,label\n"1.png,2\n'],
    ['data-corrupt', 'Line 1 of list.csv is followed by no row', 'file,label\n'],
    ['data-not-found', 'has no image 9.png (line 2 of list.csv)', 'file,label\n9.png,2\n'],
  ])('refuses with %s: %s', async (name, message, csv) => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'list.csv'), csv);
    const loaded = load({ '1.png': grey(1) }, { labels: join(folder.path, 'list.csv') });
    await expect(loaded).rejects.toThrow(code(name));
    await expect(loaded).rejects.toThrow(message);
  });

  it('refuses images of another size, or brings them to it', async () => {
    const files = { 'a/1.png': grey(10), 'b/2.png': grey(20, 8, 4) };
    await expect(load(files)).rejects.toThrow(code('shape-mismatch'));
    await expect(load(files)).rejects.toThrow(/b\/2.png is 4 x 8, not 2 x 2/);
    await expect(load(files, { size: 4 })).rejects.toThrow(/a\/1.png is 2 x 2, not 4 x 4/);
    const dataset = await load(files, { size: [3, 5], resize: true });
    expect([dataset.shape, first(dataset)]).toEqual([
      [3, 5, 3],
      [10, 20],
    ]);
    for (const size of [0, 1.5, [2, 0] as const, undefined]) {
      await expect(load(files, { resize: true, ...(size !== undefined && { size }) })).rejects.toThrow(
        code('invalid-argument'),
      );
    }
  });

  it('names a broken file, or passes over it and tells', async () => {
    const files = {
      'a/1.png': grey(1),
      'a/2.png': grey(2).subarray(0, 50),
      'a/3.jpg': text('no'),
      'b/4.png': grey(4),
    };
    await expect(load(files)).rejects.toThrow(code('data-corrupt'));
    await expect(load(files)).rejects.toThrow(/a\/2.png cannot be decoded/);
    const dataset = await load(files, { skipBroken: true });
    expect([first(dataset), [...dataset.labels], dataset.length]).toEqual([[1, 4], [0, 1], 2]);
    expect(dataset.broken.map(({ file }) => file)).toEqual(['a/2.png', 'a/3.jpg']);
    expect(dataset.broken[1].problem).toBe('it is neither JPEG nor PNG');
    const none = { 'a/1.png': text('no'), 'b/1.png': text('no') };
    await expect(load(none, { skipBroken: true })).rejects.toThrow(/Each of the 2 files cannot be decoded/);
  });

  it('takes another decoder, tells its progress and obeys the signal', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 70 }, (_, i) => [`${i % 2}/${i}.png`, Buffer.of(i)]),
    );
    const decoder = {
      decode: ([value]: Uint8Array) => ({ width: 1, height: 1, pixels: Uint8Array.of(value, 0, 0) }),
    };
    const seen: number[] = [];
    const dataset = await load(files, { decoder, onProgress: ({ done, total }) => seen.push(done, total) });
    expect([dataset.length, [...first(dataset)].sort((a, b) => a - b)]).toEqual([70, [...Array(70).keys()]]);
    const counted = Array.from({ length: 70 }, (_, i) => [i + 1, 70]).flat();
    expect(seen).toEqual([...counted, ...counted]);
    const reason = new Error('enough');
    await expect(load(files, { decoder, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const stopped = load(files, {
      decoder,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 5) controller.abort(reason);
        expect(done).toBeLessThanOrEqual(5);
      },
    });
    await expect(stopped).rejects.toBe(reason);
  });

  it('says what is missing', async () => {
    await using folder = await temporaryFolder();
    const missing = loadImageFolder({ path: join(folder.path, 'none') });
    await expect(missing).rejects.toThrow(code('data-not-found'));
    await expect(loadImageFolder({ path: join(folder.path, 'none.tar.gz') })).rejects.toThrow(
      code('data-not-found'),
    );
    await expect(load({ 'a/notes.txt': text('?') })).rejects.toThrow(/has no labelled images/);
    await expect(load({ 'one/1.png': grey(1), 'one/2.png': grey(2) })).rejects.toThrow(
      /has one\/1.png in no class/,
    );
    await expect(load({ 'a/1.png': grey(1), '2.png': grey(2) })).rejects.toThrow(/has 2.png in no class/);
  });
});

const shared = new URL('../../../../../shared/data/', import.meta.url);
const at = (name: string) => fileURLToPath(new URL(name, shared));
const tiny = 'tiny-imagenet-subset/tiny-imagenet-200-subset.tar.gz';
const flowers = 'flowers102-64/102flowers-64x64.tar.gz';

describe('images of ../shared', () => {
  it.skipIf(!existsSync(at(tiny)))(
    'reads 200 classes of Tiny ImageNet, 158 images in grey (skipped without ../shared)',
    async () => {
      const path = at(tiny);
      const val = checkDataset(await loadImageFolder({ path, split: 'val', size: 64 }));
      const small = await loadImageFolder({ path, size: 32, resize: true });
      checkDataset(small);
      expect([small.length, small.shape, val.length, val.shape]).toEqual([
        8000,
        [32, 32, 3],
        2000,
        [64, 64, 3],
      ]);
      const counts = (labels: Int32Array) =>
        Array.from({ length: 200 }, (_, label) => labels.filter((other) => other === label).length);
      expect(counts(small.labels.subarray(0, 6000))).toEqual(Array(200).fill(30));
      expect(counts(small.labels.subarray(6000))).toEqual(Array(200).fill(10));
      expect(small.labels.subarray(6000)).toEqual(val.labels);
      expect([small.classNames, small.classNames?.[0]]).toEqual([val.classNames, 'goldfish']);
      expect(new Set(small.classNames).size).toBe(200);
      // A grey JPEG has one component in its frame header; its pixels have three equal values.
      const entries = new Map(
        Array.from(tarEntries(gunzipSync(readFileSync(path))), ({ name, bytes }) => [name, bytes]),
      );
      const grey = small.files.flatMap((file, i) => (components(entries.get(file)!) === 1 ? [i] : []));
      expect(grey.length).toBe(158);
      for (const i of grey) {
        const pixels = small.inputs.subarray(i * 3072, (i + 1) * 3072);
        expect(pixels.every((value, k) => value === pixels[k - (k % 3)])).toBe(true);
      }
      // Four pixels to one, half up: the mean of a block of the larger image.
      const block = [0, 1, 64, 65].map((p) => val.inputs[3 * p]);
      expect(small.inputs[6000 * 3072]).toBe(Math.floor(block.reduce((a, b) => a + b) / 4 + 0.5));
    },
    60_000,
  );

  it.skipIf(!existsSync(at(flowers)))(
    'reads 102 kinds of flowers with the official parts (skipped without ../shared)',
    async () => {
      const options = { path: at(flowers), labels: at('flowers102-64/labels.csv') };
      const parts = [];
      for (const split of ['train', 'val', 'test'] as const) {
        const { length, classes, classNames, shape, labels } = checkDataset(
          await loadImageFolder({ ...options, split }),
        );
        parts.push([length, new Set(labels).size]);
        expect([shape, classes, classNames?.[0], classNames?.[101]]).toEqual([[64, 64, 3], 102, '1', '102']);
      }
      expect(parts).toEqual([
        [1020, 102],
        [1020, 102],
        [6149, 102],
      ]);
    },
    60_000,
  );
});

/** Components in the frame header of a JPEG file. */
function components(jpeg: Uint8Array): number {
  for (let at = 2; ; at += 2 + (jpeg[at + 2] << 8) + jpeg[at + 3]) {
    if (jpeg[at + 1] >= 0xc0 && jpeg[at + 1] <= 0xc2) return jpeg[at + 9];
  }
}
