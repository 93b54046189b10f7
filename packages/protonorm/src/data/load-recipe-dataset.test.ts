import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetOf } from '../cli/dataset-flags.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { loadRecipeDataset } from './load-recipe-dataset.ts';

/** A PNG of one red pixel. */
const redPixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'protonorm-data-'));
  await writeFile(join(dir, 's.ts'), '@classLabel true a b\n@data\n1,2:a\n3:b\n5:b\n');
  await writeFile(join(dir, 't.csv'), 'x,y\n1,no\n2,yes\n');
  await mkdir(join(dir, 'pictures'));
  for (const name of ['1.png', '2.png']) await writeFile(join(dir, 'pictures', name), redPixel);
  await writeFile(join(dir, 'labels.csv'), 'file,label,split\n1.png,cat,train\n2.png,dog,valid\n');
  await mkdir(join(dir, 'cifar'));
  for (const name of ['train.bin', 'test.bin']) {
    await writeFile(
      join(dir, 'cifar', name),
      Uint8Array.from({ length: 3074 }, () => 1),
    );
  }
});
afterAll(() => rm(dir, { recursive: true }));

const { signal } = new AbortController();
const load = (dataset: Recipe['dataset']) => loadRecipeDataset(dataset, { signal });
const at = (name: string): string => join(dir, name);

describe('loadRecipeDataset', () => {
  it('reads files of each kind under the name of the recipe', async () => {
    expect(await load({ name: 'mine', timeSeries: at('s.ts') })).toMatchObject({
      name: 'mine',
      shape: [2, 1, 1],
      classNames: ['a', 'b'],
    });
    expect(await load({ name: 'mine', table: [at('t.csv'), at('t.csv')], label: 'y' })).toMatchObject({
      name: 'mine',
      shape: [1],
      length: 4,
    });
    const images = { name: 'mine', images: at('pictures'), labels: at('labels.csv') };
    expect(await load({ ...images, size: [2, 3] })).toMatchObject({
      name: 'mine',
      shape: [2, 3, 3],
      length: 2,
      classNames: ['cat', 'dog'],
    });
    expect(await load({ ...images, split: 'val' })).toMatchObject({
      shape: [1, 1, 3],
      length: 1,
      labels: Int32Array.of(1),
      inputs: Uint8Array.of(255, 0, 0),
    });
    await expect(load({ name: 'mine', speech: dir })).rejects.toMatchObject({ code: 'data-not-found' });
  });

  it('takes another number of records where the recipe says so', async () => {
    const cifar = { name: 'cifar100', dir: at('cifar') };
    await expect(load(cifar)).rejects.toMatchObject({ code: 'data-corrupt' });
    expect((await load({ ...cifar, records: 'any' })).length).toBe(2);
    expect((await load({ ...cifar, records: 'any', split: 'test' })).length).toBe(1);
  });

  it('takes the first of several whose files are there', async () => {
    const table = { name: 'table', table: at('t.csv'), label: 'y' };
    expect(
      await load([{ name: 'none', timeSeries: at('none.ts') }, table, { name: 'digits' }]),
    ).toMatchObject({
      name: 'table',
    });
    expect(await load([{ name: 'cifar10' }, { name: 'digits' }])).toMatchObject({ name: 'digits' });
  });

  it('a fault of files that are there is told, not passed over', async () => {
    const bad = { name: 'bad', table: at('t.csv'), label: 'z' };
    await expect(load([bad, { name: 'digits' }])).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('lists what was looked for in each, when there is none', async () => {
    const none = load([{ name: 'series', timeSeries: at('none.ts') }, { name: 'cifar10' }]);
    await expect(none).rejects.toMatchObject({ code: 'data-not-found' });
    await expect(none).rejects.toThrow(`series: Found none of ${at('none.ts')}, ${at('none.ts.gz')}`);
    await expect(none).rejects.toThrow('protonorm data cifar10 --download');
  });

  it('takes the first samples of each class', async () => {
    const { labels, inputs } = await load({ name: 'few', timeSeries: at('s.ts'), perClass: 1 });
    expect([[...labels], inputs.length]).toEqual([[0, 1], 4]);
  });
});

describe('flags in the place of the data of a recipe', () => {
  const several: Recipe['dataset'] = [
    { name: 'a', timeSeries: ['/x/a.ts', '/y/b.ts'] },
    { name: 'b', table: '/x/t.csv', label: 'y' },
    { name: 'c', images: '/x/pictures', labels: '/y/l.csv', size: 32 },
  ];

  it('leave it, look in another folder, or replace it', () => {
    expect(datasetOf(several, {})).toBe(several);
    expect(datasetOf(several, { 'data-dir': '/z' })).toEqual([
      { name: 'a', timeSeries: ['/z/a.ts', '/z/b.ts'] },
      { name: 'b', table: '/z/t.csv', label: 'y' },
      { name: 'c', images: '/z/pictures', labels: '/z/l.csv', size: 32 },
    ]);
    expect(datasetOf(several[1], { 'data-dir': '/z' })).toEqual({ name: 'b', table: '/z/t.csv', label: 'y' });
    expect(datasetOf(several, { dataset: 'mnist', 'data-dir': '/z' })).toEqual({ name: 'mnist', dir: '/z' });
    expect(datasetOf({ name: 'mnist' }, { 'data-dir': '/z' })).toEqual({ name: 'mnist', dir: '/z' });
    expect(datasetOf(several, { 'data-file': '/p' })).toEqual({ name: 'a', pixels: '/p' });
    expect(datasetOf(several, { dataset: 'c', 'data-file': '/p', 'data-meta': '/m' })).toEqual({
      name: 'c',
      pixels: '/p',
      meta: '/m',
    });
  });
});
