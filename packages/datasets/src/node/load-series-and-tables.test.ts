import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { checkDataset } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { wavFile } from '../audio/wav.test-support.ts';
import { partition } from '../partition/partition.ts';
import { tarArchive } from './download/tar-archive.test-support.ts';
import { loadSpokenDigits } from './load-spoken-digits.ts';
import { loadTable } from './load-table.ts';
import { loadTimeSeries } from './load-time-series.ts';
import { temporaryFolder } from './temporary-folder.test-support.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const shared = new URL('../../../../../shared/data/', import.meta.url);
const has = existsSync(new URL('timeseries/', shared));
const at = (path: string) => fileURLToPath(new URL(path, shared));
const series = '@classLabel true a b\n@data\n';

describe('loadTimeSeries', () => {
  it('joins files, plain and compressed, also when only the compressed one is there', async () => {
    await using folder = await temporaryFolder();
    const file = (name: string) => join(folder.path, name);
    await writeFile(file('x_TRAIN.ts'), `${series}1,2:a\n`);
    await writeFile(file('x_TEST.ts.gz'), gzipSync(`${series}3:b\n`));
    for (const test of ['x_TEST.ts', 'x_TEST.ts.gz']) {
      const dataset = await loadTimeSeries({ files: [file('x_TRAIN.ts'), file(test)], standardise: false });
      expect([[...dataset.inputs], [...dataset.labels]]).toEqual([
        [1, 2, 3, 0],
        [0, 1],
      ]);
    }
    await expect(loadTimeSeries({ files: file('none.ts') })).rejects.toThrow(code('data-not-found'));
    await expect(loadTimeSeries({ files: file('none.ts') })).rejects.toThrow(/none\.ts, .*none\.ts\.gz/);
    const reason = new Error('enough');
    const stopped = loadTimeSeries({ files: file('x_TRAIN.ts'), signal: AbortSignal.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
  });

  it.skipIf(!has).each([
    ['JapaneseVowels', 640, 9, [29, 1, 12]],
    ['BasicMotions', 80, 4, [100, 1, 6]],
    ['ArrowHead', 211, 3, [251, 1, 1]],
    ['PickupGestureWiimoteZ', 100, 10, [361, 1, 1]],
    ['GunPoint', 200, 2, [150, 1, 1]],
    ['ItalyPowerDemand', 1096, 2, [24, 1, 1]],
  ])('reads %s of the archive (skipped without ../shared)', async (name, length, classes, shape) => {
    const files = ['TRAIN', 'TEST'].map((part) => at(`timeseries/ucr-uea/${name}_${part}.ts.gz`));
    const dataset = checkDataset(await loadTimeSeries({ files }));
    expect([dataset.name, dataset.length, dataset.classes, dataset.shape]).toEqual([
      name,
      length,
      classes,
      shape,
    ]);
    expect(new Set(dataset.labels).size).toBe(classes);
  });
});

describe('loadTable', () => {
  it('joins files with one header', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'a.csv'), 'x,y\n1,u\n');
    await writeFile(join(folder.path, 'b.csv.gz'), gzipSync('x,y\n3,v\n'));
    const files = [join(folder.path, 'a.csv'), join(folder.path, 'b.csv')];
    const dataset = await loadTable({ files, label: 'y' });
    expect([[...dataset.inputs], dataset.classNames]).toEqual([
      [-1, 1],
      ['u', 'v'],
    ]);
    await expect(loadTable({ files: join(folder.path, 'c.csv'), label: 'y' })).rejects.toThrow(
      code('data-not-found'),
    );
  });

  it.skipIf(!has)('reads letters and incomes (skipped without ../shared)', async () => {
    const letters = checkDataset(
      await loadTable({ files: at('tabular/letter-recognition.csv'), label: 'letter' }),
    );
    expect([letters.length, letters.classes, letters.shape]).toEqual([20_000, 26, [16]]);
    const files = ['train', 'test'].map((part) => at(`tabular/adult_${part}.csv.gz`));
    const adult = await loadTable({ files, label: 'income' });
    checkDataset(adult);
    expect([adult.length, adult.classNames]).toEqual([48_842, ['<=50K', '>50K']]);
    // The counts of the source: 24,720 and 12,435 up to 50K.
    expect(adult.labels.filter((label) => label === 0).length).toBe(24_720 + 12_435);
    expect(adult.inputNames).toContain('workclass missing');
  });
});

describe('loadSpokenDigits', () => {
  it('reads a folder and an archive alike', async () => {
    await using folder = await temporaryFolder();
    const files = ['7_bo_1', '2_al_0'].map((name, i) => ({
      name: `set/recordings/${name}.wav`,
      bytes: wavFile(Array.from({ length: 700 }, (_, k) => ((k * (i + 3)) % 50) * 100)),
    }));
    await mkdir(join(folder.path, 'set/recordings'), { recursive: true });
    for (const { name, bytes } of files) await writeFile(join(folder.path, name), bytes);
    const archive = tarArchive(files);
    await writeFile(join(folder.path, 'set.tar'), archive);
    await writeFile(join(folder.path, 'set.tar.gz'), gzipSync(archive));
    const inFolder = checkDataset(await loadSpokenDigits({ path: join(folder.path, 'set') }));
    expect([[...inFolder.labels], inFolder.groupNames]).toEqual([
      [2, 7],
      ['al', 'bo'],
    ]);
    for (const name of ['set.tar', 'set.tar.gz'])
      expect(await loadSpokenDigits({ path: join(folder.path, name) })).toEqual(inFolder);
    await mkdir(join(folder.path, 'empty'));
    for (const path of ['empty', 'nowhere', 'nowhere.tar.gz'])
      await expect(loadSpokenDigits({ path: join(folder.path, path) })).rejects.toThrow(
        code('data-not-found'),
      );
  });

  it.skipIf(!has)('reads 720 recordings of 6 speakers (skipped without ../shared)', async () => {
    const dataset = checkDataset(await loadSpokenDigits({ path: at('timeseries/fsdd/fsdd-subset.tar.gz') }));
    expect([dataset.length, dataset.groupNames?.length, dataset.shape]).toEqual([720, 6, [48, 1, 20]]);
    const { labels, groups } = dataset;
    const { train, test } = partition(labels, { kind: 'natural', groups: groups!, seed: 1 });
    train.forEach((rows, client) => {
      const own = [...rows, ...test[client]];
      expect(own).toHaveLength(120);
      expect(new Set(own.map((row) => groups![row])).size).toBe(1);
      expect(new Set(own.map((row) => labels[row])).size).toBe(10);
    });
  });
});
