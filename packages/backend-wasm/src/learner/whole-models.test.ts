import { createModel, initialParameters } from '@protonorm/models';
import { createRng, freshBuffers, planModel, type ModelSpec } from '@protonorm/tensor';
import { oracleForward } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { createBackend } from '../backend/create-backend.ts';

// All gradients of whole nets against the float64 oracle. In training mode only nets that do not amplify rounding:
// MobileNetV2 and its kin divide by deviations near 0 where their last maps are one pixel (golden-tolerance.ts of
// @protonorm/models says how much); in evaluation mode every net holds.

const cases = [
  { name: 'cnn', mode: 'train', tolerance: 1e-5 },
  { name: 'resnet8', mode: 'train', tolerance: 1e-4 },
  { name: 'mobilenet_v2', mode: 'eval', tolerance: 1e-4 },
  { name: 'shufflenet_v2_x1_0', mode: 'eval', tolerance: 1e-4 },
  { name: 'efficientnet_b0', mode: 'eval', tolerance: 1e-4 },
] as const;
const BATCH = 2;

function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(error / (size || 1)); // a net without buffers has none to differ
}

describe.each(['simd', 'relaxed'] as const)('%s', (build) => {
  it.each(cases)(
    '$name in mode $mode: outputs and gradients of the oracle',
    async ({ name, mode, tolerance }) => {
      const spec: ModelSpec = createModel(name, { input: [32, 32, 3], classes: 10 });
      const plan = planModel(spec);
      const rng = createRng(3);
      const parameters = initialParameters(spec, rng.split('init'));
      const buffers = freshBuffers(plan);
      const inputs = Float32Array.from({ length: BATCH * 3072 }, () => rng.normal());
      const gradients = {
        features: Float32Array.from({ length: BATCH * spec.features }, () => rng.normal()),
        logits: Float32Array.from({ length: BATCH * spec.classes }, () => rng.normal()),
      };
      // Dropout draws other masks in each implementation; evaluation has none.
      const expected = oracleForward(plan, { parameters, buffers, inputs, mode });
      const byParameters = new Float64Array(plan.size.all);
      const byInputs = expected.backward(gradients, byParameters);

      using backend = await createBackend({ build });
      using learner = await backend.createLearner(spec, { parameters, buffers });
      using pass = await learner.forward(inputs, { mode, gradient: true });
      const found = await pass.backward(gradients, { inputs: true });
      expect(difference(pass.features, expected.features)).toBeLessThan(1e-5);
      expect(difference(pass.logits, expected.logits)).toBeLessThan(1e-5);
      expect(difference(await learner.read('buffers'), expected.buffers)).toBeLessThanOrEqual(1e-6);
      expect(difference(await learner.gradients(), byParameters)).toBeLessThan(tolerance);
      expect(difference(found!, byInputs)).toBeLessThan(tolerance);
    },
  );
});
