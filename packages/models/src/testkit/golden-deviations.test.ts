import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { goldenDeviations } from './golden-deviations.ts';
import { goldenModelCases, type GoldenModelCase } from './golden-model-cases.ts';

const shared = (path: string): URL => new URL(`../../../../../shared/${path}`, import.meta.url);
const unpack = (path: string): Buffer => gunzipSync(readFileSync(shared(path)));

const failures = async (golden: GoldenModelCase): Promise<string[]> => {
  using backend = createOracleBackend();
  const rows = await goldenDeviations(backend, golden);
  return rows.filter(({ deviation, tolerance }) => !(deviation <= tolerance)).map(({ what }) => what);
};

describe.skipIf(!existsSync(shared('golden/models.json')))(
  'goldenDeviations (skipped without ../shared)',
  () => {
    const cases = (): readonly GoldenModelCase[] =>
      goldenModelCases({
        models: JSON.parse(readFileSync(shared('golden/models.json'), 'utf8')),
        cifar: unpack('golden/cifar2k_u8_nhwc.bin.gz'),
        digits: unpack('data/digits/digits.csv.gz').toString(),
      });

    it.each(['digits-mlp', 'digits-mlp-128-256', 'digits-cnn'])(
      'the float64 oracle is PyTorch on %s',
      async (name) => {
        expect(await failures(cases().find((golden) => golden.name === name)!)).toEqual([]);
      },
    );

    it('sees weights, images and labels that are others', async () => {
      const [golden] = cases();
      const { batch } = golden;
      const parameters = golden.parameters.map((value, i) => (i === 0 ? value + 0.1 : value));
      expect(await failures({ ...golden, parameters })).toContain('eval/features');
      const inputs = batch.inputs.map((value) => value * 1.001);
      expect(await failures({ ...golden, batch: { ...batch, inputs } })).toContain('eval/feature norms');
      const labels = batch.labels.toReversed();
      expect(await failures({ ...golden, batch: { ...batch, labels } })).toEqual(
        expect.arrayContaining(['eval/loss', 'eval/gradient', 'train/loss of step 3']),
      );
    });
  },
);
