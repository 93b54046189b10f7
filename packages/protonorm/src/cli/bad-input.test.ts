import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alignmentMethods } from '@protonorm/prototype-math';
import { callCli, faultOf, ownStrategy, tinyRecipe, workplace, type Workplace } from './cli.test-support.ts';

/**
 * Bad input: exit code 2, one clear message with what was received and how to go on, no stack trace, and all files as
 * they were. What the card names runs the real program in processes of its own, the finer cases the same code in this one.
 */
let place: Workplace;

beforeAll(async () => {
  place = await workplace();
  await place.write('tiny.json', tinyRecipe());
  await place.write('alpha.json', tinyRecipe({ partition: { kind: 'dirichlet', clients: 3, alpha: 0 } }));
  await place.write('unknown-key.yaml', 'name: tiny\nround: 3\nlocal: { batchsize: 3 }\n');
  await place.write('no-yaml.yaml', 'name: [tiny\n');
  await place.write('syntax.ts', 'export default {;');
  await place.write('no-strategy.ts', 'export default { id: "x" };');
  await place.write('named.ts', 'export const other = 1;');
  await place.write('vectors.csv', 'class,x0,x1\n0,1,0\n1,0,1\n2,1,1\n3,-1,1\n');
  await place.write('zero.json', '[[1, 0], [0, 0]]');
  await place.write('zero.csv', 'cat,1,0\ndog,0,-0\n');
  await place.write('ragged.csv', '1,2\n3\n');
  await place.write('nan.csv', '1,2\nNaN,3\n');
  await place.write('no-rows.json', '[]');
  await place.write('folder.csv/notes.txt', 'mine');
  await symlink('vectors.csv', join(place.path, 'link.csv'));
  await place.write('cut.npy', Buffer.from('k05VTVBZ', 'base64'));
  await place.write('pixels.bin', new Uint8Array(2 * 4 - 1));
  await place.write(
    'pixels.json',
    JSON.stringify({ shape: [2, 2, 2, 1], dtype: 'uint8', order: 'NHWC', sha256: '0'.repeat(64) }),
  );
  await place.write('cifar/data_batch_1.bin', new Uint8Array(3073));
  await place.write('mnist/train-images-idx3-ubyte.gz', gzipSync(new Uint8Array(100)).subarray(0, 20));
  await place.write(
    'series.json',
    tinyRecipe({
      dataset: [
        { name: 'vowels', timeSeries: 'none.ts' },
        { name: 'letters', table: ['none.csv'], label: 'y' },
      ],
    }),
  );
  await place.write(
    'table.json',
    tinyRecipe({ dataset: { name: 'own', table: 'vectors.csv', label: 'cls' } }),
  );
  await place.write('partition.json', JSON.stringify({ train: [[0, 1]], test: [[1]] }));
  await place.write('partition-cut.json', '{"train": [[0,');
  await place.write('occupied/notes.txt', 'mine');
  const ended = await place.run('run', '--recipe', 'tiny.json', '--out', 'done', '--workers', '0');
  expect(ended).toMatchObject({ code: 0 });
}, 120_000);

afterAll(() => place[Symbol.asyncDispose]());

type Case = readonly [args: string, error: string, ...parts: string[]];

describe('the real program refuses', () => {
  const cases: readonly Case[] = [
    ['run --round 3', 'invalid-argument', "Unknown flag '--round'", 'Did you mean --rounds?'],
    ['run --recipe unknown-key.yaml', 'invalid-recipe', "key 'round'", "key 'local.batchsize'"],
    ['run --recipe tiny.json --strategy fedpro', 'unknown-strategy', "'fedpro'", 'fedproto'],
    ['run --recipe tiny.json --models resnet5', 'unknown-model', 'resnet5', "'resnet4'"],
    ['run --recipe tiny.json --dataset cifar11', 'unknown-dataset', "'cifar11'", 'cifar10'],
    ['run --recipe tiny.json --backend gpu', 'unknown-backend', '"gpu"', 'wasm'],
    ['run --recipe alpha.json', 'infeasible-partition', 'alpha must be positive', 'received 0'],
    ['run --recipe tiny.json --clients 5000', 'infeasible-partition', '5000 clients', 'at most 1797'],
    ['run --recipe tiny.json --models cnn', 'invalid-model', "'cnn'", '[8, 8, 1]', 'that fit this shape'],
    ['run --recipe tiny.json --data-file pixels.bin --data-meta pixels.json', 'data-corrupt', 'pixels.bin'],
    ['run --recipe tiny.json --out occupied', 'invalid-run', 'is not empty', '--resume occupied'],
    ['run --recipe tiny.json --out cut.npy/run', 'invalid-argument', 'cut.npy'],
    ['run --recipe tiny.json --strategy ./none.ts', 'invalid-strategy', 'none.ts'],
    ['run --recipe tiny.json --strategy ./syntax.ts', 'invalid-strategy', 'syntax.ts'],
    ['run --recipe tiny.json --strategy ./no-strategy.ts', 'invalid-strategy', 'version'],
    ['run --recipe tiny.json --strategy ./named.ts', 'invalid-strategy', "not export 'default'", 'other'],
    ['compare --recipe tiny.json --out done', 'invalid-run', 'is not empty'],
    ['data cifar10 --data-dir cifar', 'data-corrupt', 'data_batch_1.bin has 3073 bytes', '30730000'],
  ];
  it.concurrent.each(cases)('%s', async (args, error, ...parts) => {
    const before = await place.hash();
    expect(faultOf(await place.run(...args.split(' ')), error, parts)).toBeUndefined();
    expect(await place.hash()).toBe(before);
  });
});

describe('the command line refuses', () => {
  const cases: readonly Case[] = [
    ['ruin', 'invalid-argument', "Unknown command 'ruin'", "Did you mean 'run'?"],
    ['run tiny.json', 'invalid-argument', "'tiny.json' is one argument too many"],
    ['run --rounds', 'invalid-argument', '--rounds needs a value'],
    ['run --rounds 0', 'invalid-argument', "--rounds must be an integer >= 1, received '0'"],
    ['run --recipe nope', 'invalid-recipe', "There is no recipe 'nope'", 'digits'],
    ['run --recipe no-yaml.yaml', 'invalid-recipe', 'no-yaml.yaml cannot be parsed'],
    ['run --recipe tiny.json --dataset mnist', 'data-not-found', 'protonorm data mnist --download'],
    ['run --recipe tiny.json --workers -1', 'invalid-argument', "received '-1'"],
    ['run --recipe tiny.json --initial zeros', 'invalid-recipe', "'initial'"],
    ['run --recipe tiny.json --participation 2', 'invalid-recipe', "'participation'"],
    ['run --recipe tiny.json --drop-out-rate 1', 'invalid-recipe', "'dropOutRate'"],
    ['run --recipe tiny.json --hyper lambda', 'invalid-argument', "received 'lambda'"],
    ['run --recipe tiny.json --hyper lamda=5', 'invalid-hyper', 'lamda'],
    ['run --recipe tiny.json --hyper lambda=-5', 'invalid-hyper', 'lambda', '-5'],
    ['run --recipe tiny.json --alpha -1', 'infeasible-partition', 'received -1'],
    ['run --recipe tiny.json --alpha x', 'invalid-argument', "received 'x'"],
    ['run --recipe tiny.json --partition partition.json', 'invalid-partition', 'Sample 1 is in'],
    ['run --recipe tiny.json --partition partition.json --alpha 1', 'invalid-argument', '--alpha'],
    ['run --recipe tiny.json --partition partition-cut.json', 'invalid-partition', 'is no JSON'],
    ['run --recipe tiny.json --partition none.json', 'data-not-found', 'none.json'],
    ['run --recipe series.json', 'data-not-found', 'vowels: Found none of', 'none.ts.gz', 'none.csv'],
    ['run --recipe table.json', 'invalid-argument', "no column 'cls'", "Did you mean 'class'?"],
    ['run --resume nowhere', 'invalid-run', 'nowhere'],
    ['run --resume', 'invalid-argument', '--resume <dir>'],
    ['run --resume done --out other', 'invalid-argument', '--resume <dir>'],
    ['run --resume done --rounds 5', 'invalid-argument', '--rounds does not go with --resume'],
    ['run --resume done --backend cpu', 'invalid-argument', 'was begun on wasm'],
    ['compare --recipe tiny.json --strategies local,local', 'invalid-recipe', "called 'local'"],
    ['compare --recipe tiny.json --seeds 1,x', 'invalid-argument', "received 'x'"],
    ['compare --recipe tiny.json --seed 1 --seeds 2', 'invalid-argument', '--seed and --seeds'],
    ['compare --resume done', 'invalid-run', 'comparison.json'],
    ['report occupied', 'invalid-run', 'holds no run'],
    ['data cifra10', 'unknown-dataset', "Did you mean 'cifar10'?"],
    ['data mnist --data-dir mnist', 'data-corrupt', 'train-images-idx3-ubyte.gz'],
    ['data mnist --data-dir cifar', 'data-not-found', 'cifar', 'protonorm data mnist --download'],
    ['data mnist --download', 'invalid-argument', '--data-dir'],
    ['data mnist --download --data-dir x --mirror there', 'invalid-argument', "'there'"],
    ['data --data-dir cifar', 'invalid-argument', 'Which data set?'],
    ['partition --kind even', 'invalid-argument', "'even'", 'dirichlet'],
    ['partition --kind iid --alpha 1', 'invalid-argument', '--alpha does not go with'],
    ['partition --clients 2000', 'infeasible-partition', '2000 clients'],
    ['partition --kind natural', 'infeasible-partition', 'no natural owners'],
    ['partition --out nowhere/p.json', 'invalid-argument', 'nowhere/p.json'],
    ['align none.npy', 'data-not-found', 'none.npy'],
    ['align cut.npy --out out.npy', 'data-corrupt', 'cut.npy'],
    ['align vectors.csv --out out.txt', 'invalid-argument', "'.txt'", '.safetensors'],
    ['align vectors.csv --out nowhere/out.npy', 'invalid-argument', 'nowhere'],
    ['align vectors.csv --out vectors.csv', 'invalid-argument', 'is the file that is read'],
    ['align vectors.csv --method simplex --out out.npy', 'infeasible-alignment', '4'],
    [
      'align vectors.csv --method best',
      'invalid-argument',
      "'best'",
      Object.keys(alignmentMethods).join(', '),
    ],
    ['align vectors.csv --method simplx', 'invalid-argument', "Did you mean 'simplex'?"],
    ['align vectors.csv --method reference --momentum 2', 'invalid-argument', 'received 2'],
    ['align vectors.csv --weights many', 'invalid-argument', "'many'", 'uniform, counts'],
    ['align vectors.csv --fill zeros', 'invalid-argument', "'zeros'", 'error, seeded'],
    ['align vectors.csv --scale 0', 'invalid-argument', '--scale must be a number > 0'],
    ['align vectors.csv --scale 1e39 --out out.npy', 'not-finite', '1e+39'],
    ['align vectors.csv --seed -1', 'invalid-argument', "received '-1'"],
    ['align vectors.csv --wieghts counts', 'invalid-argument', 'Did you mean --weights?'],
    ['align vectors.csv --out pixels.json', 'invalid-argument', 'such a file already', '--force'],
    ['align vectors.csv --out link.csv --force', 'invalid-argument', 'is the file that is read'],
    ['align vectors.csv --out folder.csv --force', 'invalid-argument', 'this is a folder'],
    ['align vectors.txt', 'invalid-argument', "'.txt'", '.safetensors'],
    ['align folder.csv', 'data-not-found', 'folder.csv'],
    ['align ragged.csv', 'data-corrupt', 'line 2 has 1 cells instead of 2'],
    ['align nan.csv', 'data-corrupt', "line 2 has 'NaN' in column 1"],
    ['align no-rows.json', 'data-corrupt', 'it has no rows'],
    ['align zero.json --out out.npy', 'zero-vector', 'class 1', '--fill seeded'],
    ['align zero.csv --out out.npy', 'zero-vector', 'class dog', '--fill seeded'],
    ['align', 'invalid-argument', '<file> is missing'],
  ];
  it.each(cases)('%s', async (args, error, ...parts) => {
    const before = await place.hash();
    expect(faultOf(await callCli(place.path, ...args.split(' ')), error, parts)).toBeUndefined();
    expect(await place.hash()).toBe(before);
  });

  it('with --json the error is on standard output too', async () => {
    const { code, stdout } = await callCli(place.path, 'run', '--recipe', 'nope', '--json');
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
    ['cut-engine', 'round-0002/engine.safetensors', cut, 'snapshot-corrupt', 'engine', 'Remove this folder'],
    ['bit', 'round-0002/clients/client-1.safetensors', flipped, 'snapshot-corrupt', 'client-1'],
    ['checksums', 'round-0002/snapshot.json', () => 'x', 'snapshot-corrupt', 'round-0002'],
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
  it.each([
    ...resumed,
    ['lost-client', 'snapshot-corrupt', 'client-0.safetensors'] as const,
    ['results', 'invalid-run', 'results.json is damaged'] as const,
  ])('%s: resuming is refused', async (what, error, ...parts) => {
    const before = await place.hash(`damaged/${what}`);
    const refusal = await callCli(place.path, 'run', '--resume', `damaged/${what}`);
    expect(faultOf(refusal, error, parts)).toBeUndefined();
    expect(await place.hash(`damaged/${what}`)).toBe(before);
  });

  it.each([
    ['version', 'invalid-run', 'protonorm-run-0'],
    ['results', 'invalid-run', 'results.json is damaged'],
    ['prototypes', 'snapshot-corrupt', 'round-0001'],
  ])('%s: no report', async (what, error, ...parts) => {
    const before = await place.hash(`damaged/${what}`);
    expect(faultOf(await callCli(place.path, 'report', `damaged/${what}`), error, parts)).toBeUndefined();
    expect(await place.hash(`damaged/${what}`)).toBe(before);
  });

  it('by the real program too', async () => {
    const refusal = await place.run('run', '--resume', 'damaged/cut-engine');
    expect(faultOf(refusal, 'snapshot-corrupt', ['engine.safetensors'])).toBeUndefined();
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
    ['a field that is missing', '{}', '0'],
  ])('%s', async (what, up, workers) => {
    const name = what.replaceAll(/\W+/g, '-');
    await place.write(`${name}.ts`, ownStrategy({ up, id: 'broken' }));
    const out = `broken/${name}`;
    const refusal = await place.run(
      'run',
      '--recipe',
      'tiny.json',
      '--strategy',
      `./${name}.ts`,
      '--workers',
      workers,
      '--out',
      out,
    );
    expect(faultOf(refusal, 'schema-violation', ['broken@1 up'])).toBeUndefined();
  });
});
