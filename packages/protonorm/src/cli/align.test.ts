import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alignmentMethods, geometry } from '@protonorm/prototype-math';
import { createRng, type Prototypes } from '@protonorm/tensor';
import { encodePrototypeFile, readPrototypeFile } from '../prototype-files/prototype-file.ts';
import { callCli, tinyRecipe, workplace, type Workplace } from './cli.test-support.ts';

/** `protonorm align` from file to file. What it refuses is in bad-input.test.ts. */
let place: Workplace;
const cli = (...args: readonly string[]) => callCli(place.path, 'align', ...args);
const read = async (name: string) => (await readPrototypeFile(join(place.path, name))).prototypes;

beforeAll(async () => {
  place = await workplace();
  await place.write(
    'in.csv',
    encodePrototypeFile('in.csv', { name: 't', prototypes: randomTable(5, 8) }).bytes,
  );
});
afterAll(() => place[Symbol.asyncDispose]());

function randomTable(classes: number, dim: number): Prototypes {
  const rng = createRng(1);
  return {
    dim,
    classes: Int32Array.from({ length: classes }, (_, label) => label),
    counts: new Float64Array(classes).fill(1),
    vectors: Float32Array.from({ length: classes * dim }, () => rng.normal()),
  };
}

describe('the result', () => {
  it('goes into another format, with its figures for people', async () => {
    const { code, stdout } = await cli(
      'in.csv',
      '--out',
      'a.safetensors',
      '--method',
      'reference',
      '--early-stop',
      'never',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('5 prototypes of dimension 8; method reference, 500 passes (all passes made), ');
    expect(stdout).toMatch(/largest cosine\s+\S+\s+-0\.2500\s+-0\.2500/);
    expect(stdout).toMatch(/movement of the unit vectors: rms \d\.\d+, largest \d\.\d+/);
    expect(stdout).toMatch(/best possible: simplex bound, .*; gap -?\d/);
    expect(stdout).toContain('written a.safetensors\n');
  });

  it('has figures for programs, which are those of the file', async () => {
    const { stdout } = await cli('in.csv', '--out', 'b.json', '--method', 'simplex', '--json');
    const figures = JSON.parse(stdout);
    expect(figures).toMatchObject({
      classes: 5,
      dim: 8,
      method: 'simplex',
      passes: 0,
      seconds: expect.any(Number),
      movement: { rms: expect.any(Number), max: expect.any(Number) },
      bound: { cosine: -0.25, source: 'simplex' },
      warnings: [],
      scale: 1,
      out: 'b.json',
      notKept: [],
    });
    const written = geometry(await read('b.json'));
    expect(figures.after.maxCosine).toBe(written.maxCosine);
    expect(figures.gap).toBe(written.gap);
    expect(await place.read('b.json')).toContain('"classes":[0,1,2,3,4]');
  });

  it('is the same from and in every format', async () => {
    const formats = ['npy', 'json', 'csv', 'safetensors'];
    const prototypes = randomTable(7, 4);
    const results: Prototypes[] = [];
    for (const [i, from] of formats.entries()) {
      const to = formats[(i + 1) % formats.length];
      await place.write(
        `formats/in.${from}`,
        encodePrototypeFile(`in.${from}`, { name: 't', prototypes }).bytes,
      );
      expect(
        await cli(`formats/in.${from}`, '--out', `formats/out.${to}`, '--method', 'reference'),
      ).toMatchObject({ code: 0 });
      results.push(await read(`formats/out.${to}`));
    }
    for (const result of results) expect(result).toEqual(results[0]);
    expect(results[0].vectors).not.toEqual(prototypes.vectors);
  });

  it('keeps the names of classes, in text and figures too', async () => {
    await place.write('names.csv', 'dog,1,0,0\n"cat, black",1,0,0\nowl,0,1,0\n');
    const { stdout } = await cli('names.csv', '--out', 'names.json', '--method', 'simplex');
    expect(JSON.parse(await place.read('names.json')).classes).toEqual(['dog', 'cat, black', 'owl']);
    expect(stdout).toContain("drawn at random. ('dog', 'cat, black')");
    const lost = await cli('names.csv', '--out', 'names.npy', '--method', 'simplex', '--json');
    expect(JSON.parse(lost.stdout)).toMatchObject({
      notKept: ['class names'],
      warnings: [
        { code: 'coinciding-prototypes', classNames: ['dog', 'cat, black'] },
        { code: 'rank-deficient', classNames: ['dog', 'cat, black', 'owl'] },
      ],
    });
  });

  it('has rows of the length of --scale', async () => {
    const { stdout } = await cli('in.csv', '--out', 'long.npy', '--scale', '80');
    expect(stdout).toContain('written long.npy, rows of length 80');
    await cli('in.csv', '--out', 'unit.npy');
    const [long, unit] = [await read('long.npy'), await read('unit.npy')];
    expect(long.vectors).toEqual(unit.vectors.map((x) => x * 80));
    expect(geometry(long).norms!.mean).toBeCloseTo(80, 4);
  });

  it('reads the tables of a run folder', async () => {
    await place.write('tiny.json', tinyRecipe());
    expect(await place.run('run', '--recipe', 'tiny.json', '--workers', '0', '--out', 'run')).toMatchObject({
      code: 0,
    });
    const file = 'run/round-0002/prototypes.safetensors';
    const { code, stdout } = await cli(file, '--table', 'aggregated', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dim: 16, out: null });
  });
});

describe('the flags', () => {
  it('know every method', async () => {
    for (const method of Object.keys(alignmentMethods)) {
      const { code, stderr } = await cli('in.csv', '--method', method, '--json');
      // A method may have no solution for this shape; it must not be unknown.
      expect(code === 0 ? 'done' : stderr).toMatch(/^done$|^error \(infeasible-alignment\)/m);
    }
  });

  it('belong to methods: those of another one are refused, by their names', async () => {
    const { code, stderr } = await cli('in.csv', '--method', 'simplex', '--decay-every', '5');
    expect(code).not.toBe(0);
    expect(stderr).toContain('error (invalid-argument): --decay-every says nothing to --method simplex.');
    expect(stderr).toContain('use --method reference');
    expect(await cli('in.csv', '--decay-every', '5')).toMatchObject({ code: 0 });
  });

  it('let the energy fall until no step lowers it', async () => {
    const { stdout } = await cli('in.csv', '--method', 'energy', '--exponent', '1');
    expect(stdout).toMatch(/passes \((converged|no step lowers the energy any more)\)/);
  });

  it('weigh by counts', async () => {
    await place.write('counts.json', '{"vectors": [[1, 0], [0.8, 0.6], [0, 1]], "counts": [100, 1, 1]}');
    const moved = async (weights: string): Promise<number> => {
      const out = `weights-${weights}.json`;
      await cli('counts.json', '--method', 'simplex', '--weights', weights, '--out', out);
      const { vectors } = await read(out);
      return Math.hypot(vectors[0] - 1, vectors[1]);
    };
    expect(await moved('counts')).toBeLessThan((await moved('uniform')) / 2);
  });

  it('fill a zero vector when asked, the same for the same seed', async () => {
    await place.write('zero.json', '[[1, 0, 0], [0, 0, 0]]');
    const filled = async (seed: string): Promise<string> => {
      const { code, stdout } = await cli(
        'zero.json',
        '--fill',
        'seeded',
        '--seed',
        seed,
        '--out',
        'f.csv',
        '--force',
      );
      expect(code).toBe(0);
      expect(stdout).toContain('note (zero-vector-filled)');
      return place.read('f.csv');
    };
    expect(await filled('1')).toBe(await filled('1'));
    expect(await filled('1')).not.toBe(await filled('2'));
  });

  it('replace a file by --force only', async () => {
    await place.write('mine.csv', 'mine');
    expect(await cli('in.csv', '--out', 'mine.csv')).toMatchObject({ code: 2, stdout: '' });
    expect(await place.read('mine.csv')).toBe('mine');
    expect(await cli('in.csv', '--out', 'mine.csv', '--force')).toMatchObject({ code: 0 });
    expect((await read('mine.csv')).classes).toHaveLength(5);
  });
});

describe('a long alignment', () => {
  const long = ['--method', 'reference', '--iterations', '100000', '--early-stop', 'never'];

  it.each(['SIGINT', 'SIGTERM'] as const)('stops at %s and leaves no file', async (signal) => {
    const folder = `long-${signal}`;
    const prototypes = randomTable(600, 256);
    await place.write(`${folder}/in.npy`, encodePrototypeFile('in.npy', { name: 't', prototypes }).bytes);
    const call = place.start('align', `${folder}/in.npy`, '--out', `${folder}/out.json`, ...long);
    await once(call.process.stderr!, 'data'); // the size of the table: the passes begin
    call.process.kill(signal);
    const { code, stdout, stderr } = await call.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('Stopping; nothing has been written.');
    expect(await readdir(join(place.path, folder))).toEqual(['in.npy']);
  });

  it('leaves a file as it was that it was to replace', async () => {
    const prototypes = randomTable(600, 256);
    await place.write('kept/in.npy', encodePrototypeFile('in.npy', { name: 't', prototypes }).bytes);
    await place.write('kept/out.csv', 'mine');
    const before = await place.hash('kept');
    const call = place.start('align', 'kept/in.npy', '--out', 'kept/out.csv', '--force', ...long);
    await once(call.process.stderr!, 'data');
    call.process.kill('SIGINT');
    expect(await call.ended).toMatchObject({ code: 130 });
    expect(await place.hash('kept')).toBe(before);
  });
});
