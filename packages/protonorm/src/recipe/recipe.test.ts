import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRecipe, recipeNames } from './load-recipe.ts';
import { parseRecipe } from './parse-recipe.ts';
import { recipeCases } from './recipe-cases.ts';

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
    [{ dataset: { name: 'x', pixel: 'p' } }, "'dataset.pixel'; did you mean 'pixels'?"],
    [{ dataset: [] }, "'dataset'"],
    [{ dataset: [{ name: 'digits' }, { nam: 'x' }] }, "'dataset.1.name'"],
    [{ dataset: { name: 'x', table: 't.csv' } }, "'dataset.label': A table needs the name"],
    [{ dataset: { name: 'x', label: 'y' } }, "'dataset.label': Only a table has a label"],
    [{ dataset: { name: 'x', table: [], label: 'y' } }, "'dataset.table'"],
    [
      { dataset: [{ name: 'x', timeSeries: 'a.ts', speech: 'b' }] },
      "'dataset.0.speech': Only one of timeSeries, speech can be given",
    ],
    [{ dataset: { name: 'x', images: 'b', table: 't' } }, "'dataset.table': Only one of images, table"],
    [{ dataset: { name: 'x', images: 'b', dir: 'd' } }, "'dataset.dir': It does not go with images"],
    [{ dataset: { name: 'x', images: 'b', size: 0 } }, "'dataset.size'"],
    [
      { dataset: { name: 'x', images: 'b', records: 'any' } },
      "'dataset.records': It does not go with images",
    ],
    [{ dataset: { name: 'x', labels: 'l.csv' } }, "'dataset.labels': It goes with images only"],
    [{ dataset: { name: 'x', pixels: 'p', size: 32 } }, "'dataset.size': It goes with images only"],
    [{ dataset: { name: 'mnist', split: 'val' } }, "'dataset.split': Only images have a part 'val'"],
    [{ dataset: { name: 'x', speech: 'b', split: 'test' } }, "'dataset.split': It does not go with speech"],
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

describe('a recipe with cases', () => {
  const { dataset, models, ...common } = good;
  const local = { batchSize: 16, optimiser: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 } };
  const several = {
    ...common,
    local,
    seeds: [1, 2],
    focus: 'local',
    cases: [
      { name: 'one', dataset, models, commonModel: 'digits-mlp', features: 32 },
      {
        name: 'two',
        dataset: { name: 'mnist', dir: 'x' },
        models: ['linear'],
        rounds: 9,
        seeds: [7],
        local: { epochs: 2, optimiser: { kind: 'adam', learningRate: 0.001 } },
      },
    ],
  };

  it('gives each case its own keys, then those of the top level, then the defaults', () => {
    const [one, two] = recipeCases(parseRecipe(several, 'x'));
    expect(one).toMatchObject({
      name: 'one',
      recipe: { name: 'good-one', rounds: 3, features: 32, seeds: [1, 2], partition: { clients: 3 } },
    });
    expect(one.recipe.local).toEqual({ ...local, epochs: 1, dropLast: false, shuffle: true });
    expect(two.recipe).toMatchObject({ rounds: 9, features: 512, seeds: [7], dataset: { dir: 'x' } });
    // `local` key by key, its optimiser as a whole; nothing of another case.
    expect(two.recipe.local).toEqual({
      epochs: 2,
      batchSize: 16,
      dropLast: false,
      shuffle: true,
      optimiser: { kind: 'adam', learningRate: 0.001 },
    });
    expect(two.recipe.commonModel).toBeUndefined();
    for (const { recipe } of [one, two]) {
      expect(recipe).not.toHaveProperty('cases');
      expect(recipe).not.toHaveProperty('focus');
    }
  });

  it('sends prototypes as the top level says, or as a whole as the case does', () => {
    const [first, second] = several.cases;
    const prototypesOf = (top: object, own: object) =>
      recipeCases(parseRecipe({ ...several, ...top, cases: [first, { ...second, ...own }] }, 'x')).map(
        ({ recipe }) => recipe.prototypes,
      );
    const plain = { precision: 'float32', keep: 1 };
    const half = { precision: 'float16', keep: 0.5 };
    expect(prototypesOf({}, {})).toEqual([plain, plain]);
    expect(prototypesOf({ prototypes: half }, {})).toEqual([half, half]);
    expect(prototypesOf({ prototypes: half }, { prototypes: { precision: 'int8' } })).toEqual([
      half,
      { precision: 'int8', keep: 1 },
    ]);
  });

  it('says the same when it is checked again', () => {
    const once = parseRecipe(several, 'x');
    expect(parseRecipe(once, 'x')).toEqual(once);
    expect(recipeCases(parseRecipe(once, 'x'))).toEqual(recipeCases(once));
    for (const { recipe } of recipeCases(once)) expect(parseRecipe(recipe, 'x')).toEqual(recipe);
  });

  it('is, without cases, one case', () => {
    const recipe = parseRecipe(good, 'x');
    expect(recipeCases(recipe)).toEqual([{ name: 'good', recipe }]);
  });

  const changed = (change: object) => ({
    ...several,
    cases: [several.cases[0], { ...several.cases[1], ...change }],
  });
  it.each([
    [
      changed({ models: undefined }),
      "'cases.1.models' is missing, and there is no 'models' at the top level",
    ],
    [changed({ name: 'one' }), "'cases.1.name': 'one' is the name of another case too"],
    [changed({ name: 'T/o' }), "'cases.1.name'"],
    [changed({ rounds: 0 }), "'cases.1.rounds': Too small"],
    [changed({ round: 2 }), "unknown key 'cases.1.round'; did you mean 'rounds'?"],
    [changed({ strategies: [] }), "unknown key 'cases.1.strategies'"],
    [changed({ local: { epoch: 2 } }), "unknown key 'cases.1.local.epoch'; did you mean 'epochs'?"],
    [changed({ partition: { kind: 'iid' } }), "'cases.1.partition.clients'"],
    [changed({ seeds: [] }), "'cases.1.seeds'"],
    [changed({ prototypes: { precision: 'int4' } }), "'cases.1.prototypes.precision'"],
    [changed({ prototypes: { keep: 0 } }), "'cases.1.prototypes.keep': Too small"],
    [changed({ prototypes: { keeps: 1 } }), "unknown key 'cases.1.prototypes.keeps'; did you mean 'keep'?"],
    [{ ...several, cases: [] }, "'cases'"],
    [{ ...several, rounds: undefined }, "'cases.0.rounds' is missing"],
  ])('%#: is refused', (value, message) => {
    const parse = () => parseRecipe(value, 'mine.yaml');
    expect(parse).toThrow(expect.objectContaining({ code: 'invalid-recipe' }));
    expect(parse).toThrow(message);
  });

  it('tells a fault of a case once', () => {
    const fault = { ...several, cases: [{ ...several.cases[0], dataset: { name: 3 } }, several.cases[1]] };
    const lines = (): string[] => {
      try {
        return [String(parseRecipe(fault, 'x'))];
      } catch (error) {
        return (error as Error).message.split('\n').filter((line) => line.startsWith('  - '));
      }
    };
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toContain("'cases.0.dataset.name'");
  });
});

describe('loadRecipe', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'protonorm-recipe-')));
    await mkdir(join(dir, 'inner'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('reads every recipe of the package', async () => {
    const names = await recipeNames();
    expect(names).toContain('two-cores/protonorm');
    for (const name of names) expect((await loadRecipe(name)).name).toBe(name.replaceAll('/', '-'));
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
    const several = [
      { name: 'a', timeSeries: ['a.ts', '../b.ts'] },
      { name: 'b', table: 't.csv', label: 'y' },
      { name: 'c', speech: '/c' },
      { name: 'd', images: 'pictures', labels: '../l.csv', split: 'val', size: [32, 48] },
      { name: 'cifar100', dir: 'c', records: 'any' },
    ];
    await writeFile(file, JSON.stringify({ ...good, dataset: several }));
    expect((await loadRecipe(file)).dataset).toEqual([
      { name: 'a', timeSeries: [join(dir, 'inner/a.ts'), join(dir, 'b.ts')] },
      { name: 'b', table: join(dir, 'inner/t.csv'), label: 'y' },
      { name: 'c', speech: '/c' },
      {
        name: 'd',
        images: join(dir, 'inner/pictures'),
        labels: join(dir, 'l.csv'),
        split: 'val',
        size: [32, 48],
      },
      { name: 'cifar100', dir: join(dir, 'inner/c'), records: 'any' },
    ]);
  });

  it('takes paths of cases relative to the file too, the real one behind a link', async () => {
    const file = join(dir, 'inner/cases.json');
    const cases = [
      { name: 'a', dataset: { name: 'mine', pixels: 'p.bin' } },
      { name: 'b', partition: { file: '../part.json' } },
    ];
    await writeFile(file, JSON.stringify({ ...good, cases }));
    await symlink(file, join(dir, 'link.json'));
    const loaded = await loadRecipe(join(dir, 'link.json'));
    expect(recipeCases(loaded).map(({ recipe }) => recipe)).toMatchObject([
      { dataset: { pixels: join(dir, 'inner/p.bin') } },
      { dataset: { name: 'digits' }, partition: { file: join(dir, 'part.json') } },
    ]);
  });

  it('finds those of the package by name and, from anywhere, by the path that they have in the repository', async () => {
    const named = await loadRecipe('two-cores/protonorm');
    expect(await loadRecipe('recipes/two-cores/protonorm.yaml')).toEqual(named);
    expect(await loadRecipe('recipes/two-cores/protonorm')).toEqual(named);
    const inRepository = fileURLToPath(
      new URL('../../../../recipes/two-cores/protonorm.yaml', import.meta.url),
    );
    expect(await loadRecipe(inRepository)).toEqual(named);
    await expect(loadRecipe('recipes/two-cores/none.yaml')).rejects.toThrow('two-cores/protonorm');
  });

  it('takes data of a recipe of the package from the working folder', async () => {
    const cifar = recipeCases(await loadRecipe('two-cores/protonorm')).find(
      ({ name }) => name === 'cifar2k-cnn',
    );
    expect([cifar!.recipe.dataset].flat()[0].dir).toBe(resolve('data/cifar10'));
  });
});
