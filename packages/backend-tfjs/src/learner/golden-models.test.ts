import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { goldenDeviations, goldenModelCases, type GoldenModelCase } from '@protonorm/models/testkit';
import { planModel, type Backend } from '@protonorm/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend } from '../backend/create-backend.ts';

// Models of the reference code, run by PyTorch on real images: shapes, padding, pooling, batch norm, gates, shuffles.

const shared = (path: string): URL => new URL(`../../../../../shared/${path}`, import.meta.url);
const unpack = (path: string): Buffer => gunzipSync(readFileSync(shared(path)));
const cases: readonly GoldenModelCase[] = existsSync(shared('golden/models.json'))
  ? goldenModelCases({
      models: JSON.parse(readFileSync(shared('golden/models.json'), 'utf8')),
      cifar: unpack('golden/cifar2k_u8_nhwc.bin.gz'),
      digits: unpack('data/digits/digits.csv.gz').toString(),
    })
  : [];

describe.each(['wasm', 'cpu'] as const)('models of the reference on %s', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createBackend(name);
  });
  afterAll(() => backend[Symbol.dispose]());

  it.skipIf(cases.length === 0)('are eight (skipped without ../shared)', () => expect(cases).toHaveLength(8));

  // 'cpu' takes up to a minute for a step of the nets on 32x32 images: there the small ones are enough.
  const fast = cases.filter(({ spec }) => name === 'wasm' || spec.input[0] !== 32);

  it.each(fast)('$name as PyTorch', async (golden) => {
    const { parameters } = planModel(golden.spec);
    expect(parameters.map((array) => [array.name, array.shape])).toEqual(golden.anchors.params);
    for (const { what, deviation, tolerance } of await goldenDeviations(backend, golden, {
      otherSums: name === 'wasm',
    })) {
      expect(deviation, what).toBeLessThanOrEqual(tolerance);
    }
  });
});
