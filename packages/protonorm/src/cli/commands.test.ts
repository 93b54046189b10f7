import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callCli, tinyRecipe, workplace, type Workplace } from './cli.test-support.ts';

let place: Workplace;
const cli = (...args: readonly string[]) => callCli(place.path, ...args);

beforeAll(async () => {
  place = await workplace();
  await place.write('tiny.json', tinyRecipe());
});
afterAll(() => place[Symbol.asyncDispose]());

describe('protonorm', () => {
  it('lists its commands, and says its version', async () => {
    for (const args of [[], ['--help'], ['help']]) {
      const { code, stdout } = await cli(...args);
      expect(code).toBe(0);
      for (const name of ['run', 'compare', 'data', 'partition', 'align', 'report', 'doctor'])
        expect(stdout).toContain(name);
    }
    expect(await cli('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it.each(['run', 'compare', 'data', 'partition', 'align', 'report', 'doctor'])(
    '%s has a help',
    async (name) => {
      const { code, stdout } = await cli(name, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`protonorm ${name}`);
    },
  );
});

describe('partition', () => {
  it('shows the partition of a recipe, and writes it', async () => {
    const { code, stdout } = await cli(
      'partition',
      '--recipe',
      'tiny.json',
      '--out',
      'p.json',
      '--svg',
      'p.svg',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^client\s+0 1 2 3/);
    expect(stdout).toContain('3 clients, 1797 samples, 10 classes');
    expect(stdout).toContain('dirichlet partition of digits, seed 1: clients 3');
    expect(stdout).toContain('written p.json\nwritten p.svg\n');
    expect(JSON.parse(await place.read('p.json'))).toMatchObject({
      dataset: 'digits',
      kind: 'dirichlet',
      seed: 1,
    });
    expect(await place.read('p.svg')).toMatch(/^<svg /);
  });

  it('is the one that run uses with the same recipe and seed', async () => {
    await cli('partition', '--recipe', 'tiny.json', '--seed', '5', '--out', 'five.json');
    const run = ['run', '--recipe', 'tiny.json', '--seed', '5', '--workers', '0', '--rounds', '1'];
    const [drawn, given] = await Promise.all([
      place.run(...run, '--out', 'drawn'),
      place.run(...run, '--partition', 'five.json', '--out', 'given'),
    ]);
    expect([drawn.code, given.code]).toEqual([0, 0]);
    expect(await place.read('given/results.json')).toBe(await place.read('drawn/results.json'));
  });

  it.each([
    ['--kind iid --clients 4', { kind: 'iid', options: { clients: 4 } }],
    ['--kind pathological --clients 5', { kind: 'pathological', options: { classesPerClient: 2 } }],
    ['--kind pathological --classes-per-client 5', { options: { classesPerClient: 5 } }],
    ['--kind quantity-skew --alpha 2', { kind: 'quantity-skew', options: { alpha: 2 } }],
    [
      '--alpha 3 --min-samples 9 --train-fraction 0.5',
      { options: { alpha: 3, minSamples: 9, trainFraction: 0.5 } },
    ],
    ['--compat numpy-legacy --seed 9', { compat: 'numpy-legacy', seed: 9 }],
    ['--compat none', { compat: null }],
  ])('%s', async (flags, expected) => {
    const { code, stdout } = await cli('partition', '--recipe', 'tiny.json', '--json', ...flags.split(' '));
    expect(code).toBe(0);
    const printed = JSON.parse(stdout);
    expect(printed).toMatchObject(expected);
    expect(printed.statistics.sizes.reduce((a: number, b: number) => a + b)).toBe(1797);
  });
});

describe('a run whose numbers do not stay finite', () => {
  it('ends with 1 and the way out; its report says so, beside the others', async () => {
    const optimiser = { kind: 'sgd', learningRate: 1e30 };
    await place.write('wild.json', tinyRecipe({ local: { optimiser }, rounds: 1 }));
    const { code, stdout, stderr } = await place.run(
      'run',
      '--recipe',
      'wild.json',
      '--workers',
      '0',
      '--out',
      'wild',
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error \(diverged\): .*Lower the learning rate/m);
    expect(await cli('report', 'wild')).toMatchObject({ code: 0 });
    expect(await place.read('wild/report.html')).toContain('diverged');
  });
});

describe('data', () => {
  it('lists what is known', async () => {
    const { code, stdout } = await cli('data');
    expect(code).toBe(0);
    for (const name of ['digits', 'mnist', 'cifar10', 'cifar100']) expect(stdout).toContain(`\n${name} `);
    expect(stdout).toContain('protonorm data cifar10 --download --data-dir DIR');
    const listed = JSON.parse((await cli('data', '--json')).stdout);
    expect(listed[0]).toMatchObject({ name: 'digits', classes: 10, parts: { all: 1797 }, bundled: true });
  });

  it('counts the classes of the bundled set', async () => {
    const { stdout } = await cli('data', 'digits', '--json');
    expect(JSON.parse(stdout).parts).toMatchObject([
      {
        part: 'all',
        samples: 1797,
        classCounts: [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
        official: true,
      },
    ]);
    expect(await cli('data', 'digits', '--download')).toMatchObject({ code: 0 });
  });

  const mnist = fileURLToPath(new URL('../../../../../shared/data/mnist/', import.meta.url));
  it.skipIf(!existsSync(mnist))('checks official files (skipped without ../shared)', async () => {
    const { code, stdout } = await cli('data', 'mnist', '--data-dir', mnist);
    expect(code).toBe(0);
    expect(stdout).toContain('mnist train: 60,000 samples, the official content');
    expect(stdout).toMatch(/5 {5}5 {2}5,421 {4}892/);
  });
});

describe('doctor', () => {
  it('finds that everything works, says what there is, and leaves nothing behind', async () => {
    const before = await readdir(place.path);
    const { code, stdout } = await cli('doctor');
    expect(stdout).toContain('Everything that is needed works.');
    expect(code).toBe(0);
    for (const line of ['backend wasm', 'backend cpu', 'runs folder', 'bundled data', 'WebAssembly SIMD'])
      expect(stdout).toMatch(new RegExp(`${line} +ok `));
    for (const name of ['digits-reference', 'protonorm-reference', 'resnet8', 'HtDigits', 'cifar100'])
      expect(stdout).toContain(`  ${name} `);
    expect(await readdir(place.path)).toEqual(before);
  });

  it('ends with 1 and a way out when something does not', async () => {
    await mkdir(join(place.path, 'blocked'));
    await place.write('blocked/runs', 'a file');
    const { code, stdout } = await cli('doctor', '--runs', 'blocked/runs', '--json');
    expect(code).toBe(1);
    const { ok, checks } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(checks.filter(({ status }: { status: string }) => status === 'not ok')).toMatchObject([
      { name: 'runs folder', remedy: expect.stringContaining('--out') },
    ]);
    expect((await cli('doctor', '--runs', 'blocked/runs')).stdout).toContain(
      'runs folder: Change to a folder',
    );
  });
});
