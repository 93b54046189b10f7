import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownStrategy, tinyRecipe, workplace, type CliResult, type Workplace } from './cli.test-support.ts';

/**
 * Every line of "bad input": exit code 2, one clear message with what was received and how to go on, no stack trace, and
 * all files as they were. The real program, in a process of its own for each case.
 */
let place: Workplace;

beforeAll(async () => {
  place = await workplace();
  await place.write('tiny.json', tinyRecipe());
  await place.write('alpha.json', tinyRecipe({ partition: { kind: 'dirichlet', clients: 3, alpha: 0 } }));
  await place.write('unknown-key.yaml', 'name: tiny\nround: 3\nlocal: { batchsize: 3 }\n');
  await place.write('no-yaml.yaml', 'name: [tiny\n');
  await place.write('mine.ts', ownStrategy());
  await place.write('syntax.ts', 'export default {;');
  await place.write('no-strategy.ts', 'export default { id: "x" };');
  await place.write('named.ts', 'export const other = 1;');
  await place.write('vectors.csv', 'class,x0,x1\n0,1,0\n1,0,1\n2,1,1\n3,-1,1\n');
  await place.write('zero.json', '[[1, 0], [0, 0]]');
  await place.write('cut.npy', Buffer.from('k05VTVBZ', 'base64'));
  await place.write('pixels.bin', new Uint8Array(2 * 4 - 1));
  await place.write(
    'pixels.json',
    JSON.stringify({ shape: [2, 2, 2, 1], dtype: 'uint8', order: 'NHWC', sha256: '0'.repeat(64) }),
  );
  await place.write('cifar/data_batch_1.bin', new Uint8Array(3073));
  await place.write('mnist/train-images-idx3-ubyte.gz', gzipSync(new Uint8Array(100)).subarray(0, 20));
  await place.write('partition.json', JSON.stringify({ train: [[0, 1]], test: [[1]] }));
  await place.write('partition-cut.json', '{"train": [[0,');
  await place.write('occupied/notes.txt', 'mine');
  const ended = await place.run('run', '--recipe', 'tiny.json', '--out', 'done', '--workers', '0');
  expect(ended).toMatchObject({ code: 0 });
}, 120_000);

afterAll(() => place[Symbol.asyncDispose]());

/** What a refusal looks like. */
function expectRefusal({ code, stdout, stderr }: CliResult, error: string, parts: readonly string[]): void {
  expect({ code, stderr }).toMatchObject({ code: 2 });
  expect(stdout).toBe('');
  const messages = stderr.split('\n').filter((line) => /^\w*\s?error/i.test(line));
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(`error (${error}): `);
  for (const part of parts) expect(stderr).toContain(part);
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
}

const cases: readonly (readonly [args: string, error: string, ...parts: string[]])[] = [
  ['ruin', 'invalid-argument', "Unknown command 'ruin'", "Did you mean 'run'?"],
  ['run --round 3', 'invalid-argument', "Unknown flag '--round'", 'Did you mean --rounds?'],
  ['run tiny.json', 'invalid-argument', "'tiny.json' is one argument too many"],
  ['run --rounds', 'invalid-argument', '--rounds needs a value'],
  ['run --rounds 0', 'invalid-argument', "--rounds must be an integer >= 1, received '0'"],
  ['run --recipe nope', 'invalid-recipe', "There is no recipe 'nope'", 'digits'],
  ['run --recipe no-yaml.yaml', 'invalid-recipe', 'no-yaml.yaml cannot be parsed'],
  ['run --recipe unknown-key.yaml', 'invalid-recipe', "unknown key 'round'", "unknown key 'local.batchsize'"],
  ['run --recipe tiny.json --strategy fedpro', 'unknown-strategy', "'fedpro'", 'fedproto'],
  ['run --recipe tiny.json --models resnet5', 'unknown-model', "'resnet5'"],
  ['run --recipe tiny.json --dataset cifar11', 'unknown-dataset', "'cifar11'", 'cifar10'],
  ['run --recipe tiny.json --dataset mnist', 'data-not-found', 'protonorm data mnist --download'],
  ['run --recipe tiny.json --backend gpu', 'unknown-backend', '"gpu"', 'wasm'],
  ['run --recipe tiny.json --workers -1', 'invalid-argument', "received '-1'"],
  ['run --recipe tiny.json --initial zeros', 'invalid-recipe', "'initial'"],
  ['run --recipe tiny.json --participation 2', 'invalid-recipe', "'participation'"],
  ['run --recipe tiny.json --hyper lambda', 'invalid-argument', "received 'lambda'"],
  ['run --recipe tiny.json --hyper lamda=5', 'invalid-hyper', 'lamda'],
  ['run --recipe tiny.json --hyper lambda=-5', 'invalid-hyper', 'lambda', '-5'],
  ['run --recipe alpha.json', 'infeasible-partition', 'alpha must be positive', 'received 0'],
  ['run --recipe tiny.json --alpha -1', 'infeasible-partition', 'received -1'],
  ['run --recipe tiny.json --clients 5000', 'infeasible-partition', '5000 clients'],
  [
    'run --recipe tiny.json --models cnn',
    'invalid-model',
    "'cnn'",
    '[8, 8, 1]',
    'Models that fit this shape',
  ],
  ['run --recipe tiny.json --data-file pixels.bin --data-meta pixels.json', 'data-corrupt', 'pixels.bin'],
  ['run --recipe tiny.json --partition partition.json', 'invalid-partition', 'Sample 1 is in'],
  ['run --recipe tiny.json --partition partition-cut.json', 'invalid-partition', 'is no JSON'],
  ['run --recipe tiny.json --partition none.json', 'data-not-found', 'none.json'],
  ['run --recipe tiny.json --out occupied', 'invalid-run', 'is not empty', '--resume occupied'],
  ['run --recipe tiny.json --out done', 'invalid-run', 'is not empty'],
  ['run --recipe tiny.json --out mine.ts/run', 'invalid-argument', 'mine.ts'],
  ['run --recipe tiny.json --strategy ./none.ts', 'invalid-strategy', 'none.ts'],
  ['run --recipe tiny.json --strategy ./syntax.ts', 'invalid-strategy', 'syntax.ts'],
  ['run --recipe tiny.json --strategy ./no-strategy.ts', 'invalid-strategy', 'version'],
  ['run --recipe tiny.json --strategy ./named.ts', 'invalid-strategy', "does not export 'default'", 'other'],
  ['run --resume nowhere', 'invalid-run', 'nowhere'],
  ['run --resume', 'invalid-argument', '--resume <dir>'],
  ['run --resume done --rounds 5', 'invalid-argument', '--rounds does not go with --resume'],
  ['run --resume done --backend cpu', 'invalid-argument', 'was begun on wasm'],
  ['compare --recipe tiny.json --strategies local,local', 'invalid-recipe', "called 'local'"],
  ['compare --recipe tiny.json --seeds 1,x', 'invalid-argument', "received 'x'"],
  ['compare --resume done', 'invalid-run', 'comparison.json'],
  ['report occupied', 'invalid-run', 'holds no run'],
  ['data cifra10', 'unknown-dataset', "Did you mean 'cifar10'?"],
  ['data cifar10 --data-dir cifar', 'data-corrupt', 'data_batch_1.bin has 3073 bytes', '30730000'],
  ['data mnist --data-dir mnist', 'data-corrupt', 'train-images-idx3-ubyte.gz'],
  ['data mnist --data-dir cifar', 'data-not-found', 'cifar', 'protonorm data mnist --download'],
  ['data mnist --download', 'invalid-argument', '--data-dir'],
  ['partition --kind even', 'invalid-argument', "'even'", 'dirichlet'],
  ['partition --kind iid --alpha 1', 'invalid-argument', '--alpha does not go with'],
  ['partition --clients 2000', 'infeasible-partition', '2000 clients'],
  ['partition --out nowhere/p.json', 'invalid-argument', 'nowhere/p.json'],
  ['align none.npy', 'data-not-found', 'none.npy'],
  ['align cut.npy --out out.npy', 'data-corrupt', 'cut.npy'],
  ['align vectors.csv --out out.txt', 'invalid-argument', "'.txt'", '.safetensors'],
  ['align vectors.csv --out vectors.csv', 'invalid-argument', 'is the file that is read'],
  ['align vectors.csv --method simplex --out out.npy', 'infeasible-alignment', '4'],
  ['align vectors.csv --method best', 'invalid-argument', "'best'", 'reference, simplex'],
  ['align vectors.csv --momentum 2', 'invalid-argument', 'received 2'],
  ['align zero.json --out out.npy', 'zero-vector', '1'],
  ['align', 'invalid-argument', '<file> is missing'],
];

describe('bad input', () => {
  it.concurrent.each(cases)('%s', async (args, error, ...parts) => {
    const before = await place.hash();
    expectRefusal(await place.run(...args.split(' ')), error, parts);
    expect(await place.hash()).toBe(before);
  });

  it('with --json the error is on standard output too', async () => {
    const { code, stdout } = await place.run('run', '--recipe', 'nope', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'invalid-recipe' } });
  });
});

describe('damaged run folders', () => {
  const change = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);
  const cut = (text: string): string => text.slice(0, text.length / 2);
  const flipped = (text: string): string =>
    `${text.slice(0, -9)}${String.fromCharCode(text.charCodeAt(text.length - 9) ^ 1)}${text.slice(-8)}`;
  const damages: readonly (readonly [
    what: string,
    file: string,
    damage: (text: string) => string,
    error: string,
    ...parts: string[],
  ])[] = [
    [
      'version',
      'manifest.json',
      change('run-1', 'run-0'),
      'invalid-run',
      "'protonorm-run-0'",
      "'protonorm-run-1'",
    ],
    ['cut-manifest', 'manifest.json', cut, 'invalid-run', 'manifest.json is damaged'],
    ['manifest-hole', 'manifest.json', change('"workers"', '"walkers"'), 'invalid-run', "'workers'"],
    [
      'data',
      'manifest.json',
      change(/("dataset": \{[^}]*"sha256": ")./, '$1x'),
      'invalid-run',
      'another dataset',
    ],
    [
      'strategy',
      'manifest.json',
      change('reference@1', 'reference@9'),
      'invalid-run',
      'protonorm-reference@9',
    ],
    ['cut-engine', 'round-0002/engine.safetensors', cut, 'snapshot-corrupt', 'engine', 'Remove the folder'],
    ['bit', 'round-0002/clients/client-1.safetensors', flipped, 'snapshot-corrupt', 'client-1'],
    ['checksums', 'sha256/round-0002.txt', () => 'x', 'snapshot-corrupt', 'sha256/round-0002.txt'],
  ];

  beforeAll(async () => {
    for (const [what, file, damage] of damages) {
      await place.copy('done', `damaged/${what}`, { [file]: damage, 'results.json': null });
    }
    await place.copy('done', 'damaged/results', { 'results.json': cut });
    await place.copy('done', 'damaged/prototypes', { 'round-0001/prototypes.safetensors': cut });
    await place.copy('done', 'damaged/lost-client', {
      'round-0002/clients/client-0.safetensors': null,
      'results.json': null,
    });
  });

  const resumed = damages.map(([what, , , error, ...parts]) => [what, error, ...parts] as const);
  it.concurrent.each([
    ...resumed,
    ['lost-client', 'snapshot-corrupt', 'client-0.safetensors cannot be read'] as const,
    ['results', 'invalid-run', 'results.json is damaged'] as const,
  ])('%s: resuming is refused', async (what, error, ...parts) => {
    const before = await place.hash(`damaged/${what}`);
    expectRefusal(await place.run('run', '--resume', `damaged/${what}`), error, parts);
    expect(await place.hash(`damaged/${what}`)).toBe(before);
  });

  it.concurrent.each([
    ['version', 'invalid-run', 'protonorm-run-0'],
    ['results', 'invalid-run', 'results.json is damaged'],
    ['prototypes', 'snapshot-corrupt', 'round-0001'],
  ])('%s: no report', async (what, error, ...parts) => {
    const before = await place.hash(`damaged/${what}`);
    expectRefusal(await place.run('report', `damaged/${what}`), error, parts);
    expect(await place.hash(`damaged/${what}`)).toBe(before);
  });

  it('without the damaged round, it goes on from the one before, to the same bits', async () => {
    await rm(join(place.path, 'damaged/cut-engine/round-0002'), { recursive: true });
    expect(await place.run('run', '--resume', 'damaged/cut-engine')).toMatchObject({ code: 0 });
    expect(await place.read('damaged/cut-engine/results.json')).toBe(await place.read('done/results.json'));
  });
});

describe('a strategy whose message breaks its schema', () => {
  const short = '{ prototypes: { ...means.prototypes(), dim: 3 } }';
  const notFinite =
    '{ prototypes: { ...means.prototypes(), vectors: means.prototypes().vectors.map(() => Number.NaN) } }';
  it.concurrent.each([
    ['another size', short, '0'],
    ['another size, on workers', short, '2'],
    ['not finite', notFinite, '0'],
    ['a field that it does not have', '{ prototypes: means.prototypes(), extra: 1 }', '0'],
    ['a field that is missing', '{}', '0'],
  ])('%s', async (what, up, workers) => {
    const name = what.replaceAll(/\W+/g, '-');
    await place.write(`${name}.ts`, ownStrategy({ up, id: 'broken' }));
    const out = `broken/${name}`;
    expectRefusal(
      await place.run(
        'run',
        '--recipe',
        'tiny.json',
        '--strategy',
        `./${name}.ts`,
        '--workers',
        workers,
        '--out',
        out,
      ),
      'schema-violation',
      ['broken@1 up'],
    );
  });
});
