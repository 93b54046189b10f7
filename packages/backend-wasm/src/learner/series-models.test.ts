import { createModel, initialParameters, modelFamilies } from '@protonorm/models';
import { createRng, freshBuffers, planModel, trainStep, type ModelSpec } from '@protonorm/tensor';
import { createOracleBackend, oracleForward } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { createBackend } from '../backend/create-backend.ts';

// Models whose images are one pixel wide, as time series are, and of tables: other paths through the kernels than square
// images take. Odd lengths and numbers of channels that fill no vector.

const cases = [
  ...modelFamilies.HtSeries.flatMap((name) =>
    [
      [8, 1, 1],
      [29, 1, 12],
      [45, 1, 3],
    ].map((input) => ({ name, input })),
  ),
  ...modelFamilies.HtTabular.flatMap((name) => [[1], [108]].map((input) => ({ name, input }))),
];
const BATCH = 6;

/** Norm of the difference by the norm of what is expected. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(error / (size || 1));
}

describe.each(['simd', 'relaxed'] as const)('%s', (build) => {
  it.each(cases)('$name for $input: outputs, gradients and a step of the oracle', async ({ name, input }) => {
    const spec: ModelSpec = createModel(name, { input, classes: 5, features: 64 });
    const plan = planModel(spec);
    const rng = createRng(3);
    const parameters = initialParameters(spec, rng.split('init'));
    const buffers = freshBuffers(plan);
    const size = input.reduce((product, extent) => product * extent, 1);
    const inputs = Float32Array.from({ length: BATCH * size }, () => rng.normal());
    const labels = Int32Array.from({ length: BATCH }, (_, i) => i % 5);
    const gradients = {
      features: Float32Array.from({ length: BATCH * 64 }, () => rng.normal()),
      logits: Float32Array.from({ length: BATCH * 5 }, () => rng.normal()),
    };
    using backend = await createBackend({ build });
    for (const mode of ['train', 'eval'] as const) {
      const expected = oracleForward(plan, { parameters, buffers, inputs, mode });
      const byParameters = new Float64Array(plan.size.all);
      const byInputs = expected.backward(gradients, byParameters);
      using learner = await backend.createLearner(spec, { parameters, buffers });
      using pass = await learner.forward(inputs, { mode, gradient: true });
      const found = await pass.backward(gradients, { inputs: true });
      expect(difference(pass.features, expected.features)).toBeLessThan(1e-5);
      expect(difference(pass.logits, expected.logits)).toBeLessThan(1e-5);
      expect(difference(await learner.read('buffers'), expected.buffers)).toBeLessThanOrEqual(1e-6);
      expect(difference(await learner.gradients(), byParameters)).toBeLessThan(1e-4);
      expect(difference(found!, byInputs)).toBeLessThan(1e-4);
    }
    using oracle = await createOracleBackend();
    const after: Float32Array[] = [];
    for (const engine of [backend, oracle]) {
      using learner = await engine.createLearner(spec, { parameters, buffers });
      await trainStep(
        learner,
        { inputs, labels },
        { terms: [{ kind: 'crossEntropy' }], optimiser: { kind: 'sgd', learningRate: 0.1 }, rng },
      );
      after.push(await learner.read('all'));
    }
    expect(difference(after[0], after[1])).toBeLessThan(1e-5);
    expect(difference(after[0], parameters)).toBeGreaterThan(1e-5);
  });
});
