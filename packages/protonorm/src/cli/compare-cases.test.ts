import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  appeared,
  callCli,
  faultOf,
  ownStrategy,
  tinyRecipe,
  workplace,
  type Workplace,
} from './cli.test-support.ts';

/** One recipe over several data sets and models: two that are there, and one whose files are missing. */
let place: Workplace;
const cli = (...args: readonly string[]) => callCli(place.path, ...args);
const compare = (...args: readonly string[]) => cli('compare', '--workers', '0', ...args);

const iid = { kind: 'iid', clients: 2 };
const cases = [
  { name: 'few', dataset: { name: 'digits', perClass: 12 }, models: ['linear', 'digits-mlp'] },
  { name: 'more', dataset: { name: 'digits', perClass: 24 }, models: 'linear', local: { epochs: 2 } },
  { name: 'pictures', dataset: { name: 'cifar10', dir: 'not/there' }, models: 'cnn' },
];

interface Found {
  readonly name: string;
  readonly skipped: string | null;
  readonly recipe: { readonly rounds: number; readonly local: object; readonly dataset: object };
  readonly seeds: readonly number[];
  readonly runs: readonly {
    readonly label: string;
    readonly seed: number;
    readonly summary: { last5: number };
  }[];
  readonly strategies: readonly { readonly label: string; readonly last5: Record<string, number> }[];
  readonly verdict: {
    readonly focus: string;
    readonly best: { label: string; difference: Record<string, number> };
  };
}

const comparison = async (folder: string): Promise<{ format: string; focus: string; cases: Found[] }> =>
  JSON.parse(await place.read(`${folder}/comparison.json`));

beforeAll(async () => {
  place = await workplace();
  const common = { dataset: undefined, models: undefined, partition: iid, seeds: [1, 2], rounds: 2 };
  await place.write('all.json', tinyRecipe({ ...common, name: 'three', cases }));
  await place.write('two.json', tinyRecipe({ ...common, name: 'two', cases: cases.slice(0, 2) }));
  await place.write('tiny.json', tinyRecipe());
  expect(await compare('--recipe', 'two.json', '--out', 'whole')).toMatchObject({ code: 0 });
}, 120_000);
afterAll(() => place[Symbol.asyncDispose]());

describe('compare over cases', () => {
  it('has a folder for each run of each case, a report for each case, and one picture', async () => {
    for (const name of ['few', 'more']) {
      for (const run of [
        'local-seed1',
        'local-seed2',
        'protonorm-reference-seed1',
        'protonorm-reference-seed2',
      ])
        expect(existsSync(join(place.path, 'whole', name, run, 'results.json'))).toBe(true);
      expect(await place.read(`whole/${name}/report.html`)).toContain(`two-${name}`);
    }
    expect(await place.read('whole/summary.svg')).toMatch(/^<svg xmlns=.*two: accuracy.*\n$/s);
  });

  it('writes the statistics of its runs', async () => {
    const { format, focus, cases: found } = await comparison('whole');
    expect({ format, focus }).toEqual({ format: 'protonorm-comparison-2', focus: 'protonorm-reference' });
    expect(found.map(({ name, seeds, skipped }) => ({ name, seeds, skipped }))).toEqual([
      { name: 'few', seeds: [1, 2], skipped: null },
      { name: 'more', seeds: [1, 2], skipped: null },
    ]);
    expect(found.map(({ recipe }) => recipe.local)).toMatchObject([
      { epochs: 1, batchSize: 64 },
      { epochs: 2, batchSize: 64 },
    ]);
    for (const { runs, strategies, verdict } of found) {
      const of = (label: string): number[] =>
        runs.filter((run) => run.label === label).map(({ summary }) => summary.last5);
      const [[a1, a2], [b1, b2]] = [of('local'), of('protonorm-reference')];
      expect(strategies[0].last5.mean).toBeCloseTo((a1 + a2) / 2, 12);
      expect(strategies[0].last5.standardError).toBeCloseTo(Math.abs(a1 - a2) / 2, 12);
      expect(verdict.best.label).toBe('local');
      expect(verdict.best.difference.mean).toBeCloseTo((b1 - a1 + b2 - a2) / 2, 12);
      expect(verdict.best.difference.standardError).toBeCloseTo(Math.abs(b1 - a1 - b2 + a2) / 2, 12);
    }
  });

  it('tells each run with its place and time, and ends with tables and a line for each case', async () => {
    const { stdout, stderr } = await compare(
      '--recipe',
      'two.json',
      '--seeds',
      '3,4',
      '--rounds',
      '1',
      '--out',
      'told',
    );
    const lines = stderr.split('\n').filter((line) => line.startsWith('run '));
    expect(lines).toHaveLength(8);
    expect(lines[0]).toBe('run 1 of 8: few, local, seed 3');
    expect(lines[7]).toMatch(
      /^run 8 of 8: more, protonorm-reference, seed 4; \d+ s so far, about \d+ s to go$/,
    );
    expect(stdout).toMatch(/^few\nstrategy +last 5 +s\.e\. .*\n.*\nlocal .* ± /);
    expect(stdout).toMatch(/\nstrategy +few +more +mean over cases\n/);
    expect(stdout).toMatch(
      /\nfew: protonorm-reference 0\.\d+ ± .* local, the best other, .*; 2 seeds\nmore: /,
    );
    expect(stdout).toContain('picture told/summary.svg');
    const { cases: found } = await comparison('told');
    expect(found.map(({ recipe, seeds }) => [recipe.rounds, seeds])).toEqual([
      [1, [3, 4]],
      [1, [3, 4]],
    ]);
  });

  it('resumed after results, and a whole run, were lost, gives the same comparison.json', async () => {
    await place.copy('whole', 'cut', { 'few/local-seed2/results.json': null });
    await rm(join(place.path, 'cut/more/protonorm-reference-seed1'), { recursive: true });
    const { cases: whole, ...rest } = await comparison('whole');
    const begun = whole.map((entry) => ({ ...entry, runs: [], strategies: [], verdict: null }));
    await place.write('cut/comparison.json', JSON.stringify({ ...rest, cases: begun, summary: [] }));
    const resumed = await compare('--resume', 'cut', '--json');
    expect(resumed).toMatchObject({ code: 0 });
    expect(JSON.parse(resumed.stdout)).toMatchObject({ folder: 'cut', picture: 'cut/summary.svg' });
    expect(await place.read('cut/comparison.json')).toBe(await place.read('whole/comparison.json'));
  });

  it('interrupted in a case and resumed, gives the bytes of one without interruption', async () => {
    const gate = join(place.path, 'closed');
    await place.write('mine.ts', ownStrategy({ gate }));
    const mine = [
      'compare',
      '--recipe',
      'two.json',
      '--strategies',
      'local,./mine.ts',
      '--seed',
      '1',
      '--rounds',
      '3',
    ];
    await place.write('closed', '');
    const call = place.start(...mine, '--workers', '1', '--out', 'interrupted');
    await appeared(join(place.path, 'interrupted/few/mine-seed1/round-0002'), call);
    call.process.kill('SIGINT');
    const { code, stderr } = await call.ended;
    await rm(gate);
    expect(code).toBe(130);
    expect(stderr).toContain('Go on by: protonorm compare --resume interrupted\n');
    expect((await comparison('interrupted')).cases.map(({ runs }) => runs)).toEqual([[], []]);
    expect(await compare('--resume', 'interrupted')).toMatchObject({ code: 0 });
    expect(await cli(...mine, '--workers', '0', '--out', 'uninterrupted')).toMatchObject({ code: 0 });
    expect(await place.read('interrupted/comparison.json')).toBe(
      await place.read('uninterrupted/comparison.json'),
    );
  });

  it('takes the cases of --case, and gives a case the bytes that it has among others', async () => {
    const chosen = await compare(
      '--recipe',
      'all.json',
      '--case',
      'more',
      '--strategies',
      'local',
      '--out',
      'one',
    );
    expect(chosen).toMatchObject({ code: 0 });
    const { cases: found, focus } = await comparison('one');
    expect([focus, found.map(({ name }) => name)]).toEqual(['local', ['more']]);
    const results = 'more/local-seed1/results.json';
    const sha256 = async (folder: string): Promise<unknown> =>
      JSON.parse(await place.read(`${folder}/${results}`)).sha256;
    expect(await sha256('one')).toEqual(await sha256('whole'));
  });
});

describe('a case without its data', () => {
  it('ends the command before anything is trained, with what is missing and the way out', async () => {
    const refused = await compare('--recipe', 'all.json', '--out', 'refused');
    const parts = [
      'The data of 1 of 3 cases are missing',
      '  - pictures: ',
      join(place.path, 'not/there'),
      'protonorm data cifar10 --download',
      '--skip-missing or --case few,more',
    ];
    expect(faultOf(refused, 'data-not-found', parts)).toBeUndefined();
    expect(existsSync(join(place.path, 'refused'))).toBe(false);
  });

  it('is in tables and results as skipped with --skip-missing, also when resumed', async () => {
    const skipping = ['--recipe', 'all.json', '--case', 'few,pictures', '--seed', '1', '--rounds', '1'];
    const first = await compare(...skipping, '--skip-missing', '--out', 'skipped');
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(
      /\nstrategy +few +pictures +mean over cases\n.*\nlocal +0\.\d+ +skipped +0\.\d+\n/,
    );
    expect(first.stdout).toMatch(/\npictures: skipped\. .*not\/there/);
    const before = await comparison('skipped');
    expect(before.cases[1]).toMatchObject({ name: 'pictures', runs: [], strategies: [], verdict: null });
    expect(before.cases[1].skipped).toContain('not/there');
    expect(await compare('--resume', 'skipped')).toMatchObject({ code: 0 });
    expect(await comparison('skipped')).toEqual(before);
  });

  it('is taken up by --resume once they are there', async () => {
    const later = {
      name: 'later',
      dataset: cases[0].dataset,
      models: 'linear',
      partition: { file: 'later.json' },
    };
    const recipe = {
      ...JSON.parse(await place.read('two.json')),
      rounds: 1,
      seeds: [1],
      cases: [cases[0], later],
    };
    await place.write('later-recipe.json', JSON.stringify(recipe));
    const skipping = ['--recipe', 'later-recipe.json', '--skip-missing', '--out', 'later'];
    expect(await compare(...skipping)).toMatchObject({ code: 0 });
    expect((await comparison('later')).cases[1].skipped).toContain('later.json');
    await cli('partition', '--recipe', 'two.json', '--case', 'few', '--out', 'later.json');
    expect(await compare('--resume', 'later')).toMatchObject({ code: 0 });
    const { cases: found } = await comparison('later');
    expect(found.map(({ skipped, runs }) => [skipped, runs.length])).toEqual([
      [null, 2],
      [null, 2],
    ]);
  });

  it('is not enough, skipped or not', async () => {
    const only = await compare(
      '--recipe',
      'all.json',
      '--case',
      'pictures',
      '--skip-missing',
      '--out',
      'none',
    );
    expect(faultOf(only, 'data-not-found', ['1 of 1 cases', 'at least one case'])).toBeUndefined();
  });
});

describe('cases that are not meant', () => {
  it.each([
    ['compare --recipe two.json --case moer', 'invalid-argument', "Did you mean 'more'?"],
    ['compare --recipe tiny.json --case few', 'invalid-argument', 'has no cases'],
    ['compare --recipe tiny.json --skip-missing', 'invalid-argument', 'no cases to skip'],
    ['compare --recipe two.json --data-dir x', 'invalid-argument', 'Choose one by --case: few, more'],
    ['compare --resume whole --case few', 'invalid-argument', '--case does not go with --resume'],
    ['run --recipe two.json', 'invalid-argument', 'one of few, more'],
    ['partition --recipe two.json', 'invalid-argument', 'one of few, more'],
  ])('%s', async (args, code, part) => {
    expect(faultOf(await cli(...args.split(' ')), code, [part])).toBeUndefined();
  });

  it('a focus that is no strategy', async () => {
    await place.write(
      'focus.json',
      JSON.stringify({ ...JSON.parse(await place.read('two.json')), focus: 'mine' }),
    );
    const refused = await compare('--recipe', 'focus.json', '--out', 'unfocused');
    expect(faultOf(refused, 'invalid-recipe', ["no strategy 'mine'"])).toBeUndefined();
  });
});

it('one case can be run and looked at by itself', async () => {
  const run = [
    '--recipe',
    'two.json',
    '--case',
    'more',
    '--strategy',
    'local',
    '--rounds',
    '1',
    '--out',
    'alone',
  ];
  expect(await cli('run', '--workers', '0', ...run)).toMatchObject({ code: 0 });
  expect(JSON.parse(await place.read('alone/results.json'))).toMatchObject({ recipe: 'two-more', seed: 1 });
  const { stdout } = await cli('partition', '--recipe', 'two.json', '--case', 'more', '--json');
  expect(JSON.parse(stdout).statistics.sizes.reduce((a: number, b: number) => a + b)).toBe(240);
});
