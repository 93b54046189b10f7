import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRecipe, recipeNames } from './load-recipe.ts';
import { parseRecipe } from './parse-recipe.ts';

const good = {
  name: 'good',
  dataset: { name: 'digits' },
  partition: { kind: 'dirichlet', clients: 3 },
  models: 'cnn',
  rounds: 3,
  strategies: [{ id: 'local' }],
};

describe('parseRecipe', () => {
  it('fills in the defaults', () => {
    expect(parseRecipe(good, 'x')).toMatchObject({
      partition: { alpha: 0.1, minSamples: 1, trainFraction: 0.75 },
      features: 512,
      local: { epochs: 1, batchSize: 32, optimiser: { kind: 'sgd', learningRate: 0.01 } },
      participation: 1,
      seed: 1,
      strategies: [{ id: 'local', hyper: {} }],
    });
  });

  it.each([
    [{ round: 3 }, "unknown key 'round'; did you mean 'rounds'?"],
    [{ rounds: 0 }, "'rounds': Too small: expected number to be >0, received 0"],
    [{ rounds: '3' }, "'rounds': Invalid input: expected number, received string"],
    [{ partition: { kind: 'even', clients: 3 } }, "'iid' | 'dirichlet'"],
    [{ partition: { kind: 'even', clients: 3 } }, 'received "even"'],
    [{ partition: { kind: 'iid' } }, "'partition.clients'"],
    [{ partition: { kind: 'dirichlet', clients: 3, alfa: 1 } }, "'partition.alfa'; did you mean 'alpha'?"],
    [{ local: { optimizer: {} } }, "'local.optimizer'; did you mean 'optimiser'?"],
    [{ local: { optimiser: { kind: 'sgd', learningRate: -1 } } }, "'local.optimiser.learningRate'"],
    [{ strategies: [] }, "'strategies'"],
    [{ strategies: [{ id: 'local', hyper: { a: [1] } }] }, "'strategies.0.hyper.a'"],
    [{ name: 'A b' }, 'received "A b"'],
    [{ seed: -1 }, "'seed'"],
  ])('%j is refused', (change, message) => {
    const parse = () => parseRecipe({ ...good, ...change }, 'mine.yaml');
    expect(parse).toThrow(expect.objectContaining({ code: 'invalid-recipe' }));
    expect(parse).toThrow(message);
    expect(parse).toThrow('mine.yaml');
  });

  it.each([null, [], 'text', {}])('%j is no recipe', (value) => {
    expect(() => parseRecipe(value, 'x')).toThrow('The recipe x is not valid');
  });
});

describe('loadRecipe', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'protonorm-recipe-'));
    await mkdir(join(dir, 'inner'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('reads every recipe of the package', async () => {
    for (const name of await recipeNames()) expect((await loadRecipe(name)).name).toBe(name);
  });

  it('takes paths relative to the file', async () => {
    const file = join(dir, 'inner/mine.json');
    const own = {
      ...good,
      dataset: { name: 'mine', pixels: 'p.bin', meta: '../m.json' },
      partition: { file: 'part.json' },
      strategies: [{ id: './s.ts#two' }, { id: 'local' }],
    };
    await writeFile(file, JSON.stringify(own));
    expect(await loadRecipe(file)).toMatchObject({
      dataset: { pixels: join(dir, 'inner/p.bin'), meta: join(dir, 'm.json') },
      partition: { file: join(dir, 'inner/part.json') },
      strategies: [{ id: `${join(dir, 'inner/s.ts')}#two` }, { id: 'local' }],
    });
  });
});
