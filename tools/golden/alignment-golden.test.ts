import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { align, createRng } from '@protonorm/prototype-math';
import { describe, expect, it } from 'vitest';
import { replayAlignmentGolden } from './alignment-golden.ts';

const folder = new URL('../../../shared/golden/alignment/', import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];

const encode = (vectors: Float32Array) => Buffer.from(vectors.buffer).toString('base64');

/** A golden of our own making, so that the replay itself is tested anywhere. */
function ownGolden(earlyStop: number | false | null = 7) {
  const [C, d] = [5, 4];
  const rng = createRng(1);
  const prototypes = {
    dim: d,
    classes: Int32Array.from({ length: C }, (_, i) => i),
    counts: new Float64Array(C).fill(1),
    vectors: Float32Array.from({ length: C * d }, () => rng.normal()),
  };
  const params = { iterations: 60, learningRate: 0.2, momentum: 0.5, decay: 0.9, decayEvery: 7, earlyStop };
  const run = (changes: object) =>
    align(prototypes, { method: 'reference', ...params, earlyStop: earlyStop ?? false, ...changes });
  const result = run({});
  return {
    name: 'own',
    C,
    d,
    params,
    input: encode(prototypes.vectors),
    iterations: result.passes,
    result: encode(result.prototypes.vectors),
    meanForce: Array.from(result.meanForce),
    result_3: encode(run({ iterations: 3, earlyStop: false }).prototypes.vectors),
    result_noEarlyStop: encode(run({ earlyStop: false }).prototypes.vectors),
  };
}

describe('replayAlignmentGolden', () => {
  it.skipIf(files.length === 0)('meets every recorded run (skipped without ../shared)', () => {
    for (const file of files) {
      const replay = replayAlignmentGolden(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
      expect(replay).toMatchObject({ passed: true, unchecked: [] });
      expect(replay.iterations.received).toBe(replay.iterations.expected);
      for (const key of ['result', 'result_1', 'result_10', 'result_noEarlyStop', 'meanForce']) {
        expect(replay.differences[key]).toBeLessThan(1e-6);
      }
    }
  });

  it('takes every parameter from the file', () => {
    const golden = ownGolden();
    const replay = replayAlignmentGolden(golden);
    expect(replay).toEqual({
      name: 'own',
      iterations: { expected: golden.iterations, received: golden.iterations },
      differences: { result: 0, meanForce: 0, result_3: 0, result_noEarlyStop: 0 },
      unchecked: [],
      tolerance: 1e-5,
      passed: true,
    });
    for (const change of [
      { learningRate: 0.1 },
      { momentum: 0.9 },
      { decay: 0.5 },
      { decayEvery: 1 },
      { iterations: 9 },
    ]) {
      const changed = { ...golden, params: { ...golden.params, ...change } };
      expect(replayAlignmentGolden(changed).passed).toBe(false);
    }
    for (const off of [false, null] as const) expect(replayAlignmentGolden(ownGolden(off)).passed).toBe(true);
  });

  it('fails on another count, other vectors, another history', () => {
    const golden = ownGolden();
    expect(replayAlignmentGolden({ ...golden, iterations: golden.iterations + 1 }).passed).toBe(false);
    const moved = replayAlignmentGolden({ ...golden, result: golden.result_3 });
    expect(moved.passed).toBe(false);
    expect(moved.differences.result).toBeGreaterThan(1e-3);
    const shorter = replayAlignmentGolden({ ...golden, meanForce: golden.meanForce.slice(1) });
    expect(shorter.differences.meanForce).toBe(Infinity);
    expect(shorter.passed).toBe(false);
    expect(replayAlignmentGolden({ ...golden, result_final: golden.result })).toMatchObject({
      unchecked: ['result_final'],
      passed: false,
    });
  });

  it('refuses malformed files with invalid-golden', () => {
    const golden = ownGolden();
    const malformed: unknown[] = [
      null,
      [],
      'text',
      {},
      { ...golden, C: 0 },
      { ...golden, C: 6 },
      { ...golden, d: '4' },
      { ...golden, params: undefined },
      { ...golden, params: { ...golden.params, momentum: '0.9' } },
      { ...golden, params: { ...golden.params, momentum: 7 } },
      { ...golden, params: { ...golden.params, earlyStop: undefined } },
      { ...golden, params: { iterations: 5 } },
      { ...golden, input: undefined },
      { ...golden, input: '***' },
      { ...golden, input: encode(new Float32Array(20)) },
      { ...golden, input: encode(new Float32Array(20).fill(NaN)) },
      { ...golden, iterations: undefined },
      { ...golden, result: undefined },
      { ...golden, result: golden.result.slice(8) },
      { ...golden, result_3: 5 },
      { ...golden, meanForce: ['a'] },
      { ...golden, meanForceLast_noEarlyStop: null },
    ];
    for (const json of malformed) {
      expect(() => replayAlignmentGolden(json)).toThrow(expect.objectContaining({ code: 'invalid-golden' }));
    }
  });
});
