import { createRng, type Rng } from '../../random/rng.ts';
import type { BackendCheck } from './check.ts';
import { expectCode, expectSame, expectThat } from './expectations.ts';
import { drawCase, drawNumbers, learnerOf, normals, oracleOf } from './model-case.ts';
import { planModel } from '../../model/model-plan.ts';
import { dropoutAlone, smallDropoutNet, stochasticDepth } from './small-nets.ts';

const SIZE = 400;
const RATE = 0.3;
const drawn = () => {
  const numbers = drawNumbers(planModel(dropoutAlone(SIZE, RATE)), { rng: createRng('dropout'), batch: 2 });
  return { ...numbers, inputs: numbers.inputs.map((x) => (x === 0 ? 1 : x)) };
};

/** Dropout, whose masks a backend draws as it likes: the mask is read off the features. */
export function dropoutChecks(): BackendCheck[] {
  return [
    {
      name: 'dropout/zeroes its share, scales the rest, and goes back the same way',
      run: async ({ backend, expectClose }) => {
        const numbers = drawn();
        using learner = await learnerOf(backend, numbers);
        using pass = await learner.forward(numbers.inputs, {
          mode: 'train',
          gradient: true,
          rng: createRng(1),
        });
        const mask = pass.features.map((x) => (x === 0 ? 0 : 1));
        const expected = oracleOf(numbers, { mode: 'train', dropoutMask: () => mask });
        expectClose(pass.features, expected.features, 'features that stay');
        expectClose(pass.logits, expected.logits, 'logits behind dropout');
        const zeroed = mask.filter((kept) => kept === 0).length;
        // Six standard deviations of a binomial.
        const spread = 6 * Math.sqrt(mask.length * RATE * (1 - RATE));
        expectThat(
          Math.abs(zeroed - mask.length * RATE) < spread,
          `dropout of rate ${RATE} zeroed ${zeroed} of ${mask.length} values`,
        );
        expectThat(
          mask.subarray(0, SIZE).join() !== mask.subarray(SIZE).join(),
          'both samples of a batch got the same mask',
        );
        const gradients = { features: normals(2 * SIZE, createRng(2)), logits: normals(4, createRng(3)) };
        const byInputs = await pass.backward(gradients, { inputs: true });
        const byParameters = new Float64Array(numbers.parameters.length);
        expectClose(
          byInputs ?? [],
          expected.backward(gradients, byParameters),
          'the gradient through dropout',
        );
        expectClose(await learner.gradients(), byParameters, 'the gradient of the head behind dropout');
      },
    },
    {
      name: 'dropout/of samples drops all values of a sample or none',
      run: async ({ backend, expectClose }) => {
        const batch = 300;
        const numbers = drawNumbers(planModel(stochasticDepth(RATE)), { rng: createRng('depth'), batch });
        using learner = await learnerOf(backend, numbers);
        using pass = await learner.forward(numbers.inputs, {
          mode: 'train',
          gradient: true,
          rng: createRng(1),
        });
        const none = oracleOf(numbers, {
          mode: 'train',
          dropoutMask: () => new Float64Array(batch),
        }).features;
        // A sample whose first feature is that of the shortcut alone was dropped; the others must agree.
        const mask = Float64Array.from({ length: batch }, (_, n) =>
          Math.abs(pass.features[6 * n] - none[6 * n]) < 1e-6 ? 0 : 1,
        );
        const expected = oracleOf(numbers, { mode: 'train', dropoutMask: () => mask });
        expectClose(pass.features, expected.features, 'features behind stochastic depth');
        expectClose(pass.logits, expected.logits, 'logits behind stochastic depth');
        const dropped = mask.filter((kept) => kept === 0).length;
        expectThat(
          Math.abs(dropped - batch * RATE) < 6 * Math.sqrt(batch * RATE * (1 - RATE)),
          `dropout of samples of rate ${RATE} dropped ${dropped} of ${batch} samples`,
        );
        const gradients = {
          features: normals(6 * batch, createRng(2)),
          logits: normals(2 * batch, createRng(3)),
        };
        const byInputs = await pass.backward(gradients, { inputs: true });
        const byParameters = new Float64Array(numbers.parameters.length);
        expectClose(
          byInputs ?? [],
          expected.backward(gradients, byParameters),
          'the gradient through stochastic depth',
        );
        expectClose(await learner.gradients(), byParameters, 'the gradient of a body that is dropped');
      },
    },
    {
      name: 'dropout/masks come from the rng alone',
      run: async ({ backend }) => {
        const numbers = drawn();
        using learner = await learnerOf(backend, numbers);
        const features = async (rng: Rng): Promise<Float32Array> => {
          using pass = await learner.forward(numbers.inputs, { mode: 'train', gradient: true, rng });
          return pass.features;
        };
        const rng = createRng(1);
        const first = await features(rng);
        expectThat(
          (await features(rng)).join() !== first.join(),
          'two passes with one rng got the same mask',
        );
        expectSame(await features(createRng(1)), first, 'features with the same randomness');
        expectThat((await features(createRng(2))).join() !== first.join(), 'another seed gave the same mask');
      },
    },
    {
      name: 'dropout/does nothing in evaluation mode',
      run: async ({ backend, expectClose }) => {
        const numbers = drawn();
        using learner = await learnerOf(backend, numbers);
        using pass = await learner.forward(numbers.inputs, { mode: 'eval' });
        expectClose(pass.features, numbers.inputs, 'features in evaluation mode');
        const depth = drawNumbers(planModel(stochasticDepth(RATE)), { rng: createRng('depth'), batch: 9 });
        using deep = await learnerOf(backend, depth);
        using whole = await deep.forward(depth.inputs, { mode: 'eval' });
        const { features } = oracleOf(depth, { mode: 'eval' });
        expectClose(whole.features, features, 'features behind stochastic depth in evaluation mode');
      },
    },
    {
      name: 'dropout/training mode needs an rng',
      run: async ({ backend }) => {
        const numbers = drawCase(smallDropoutNet, { rng: createRng('eval'), batch: 2, mode: 'eval' });
        using learner = await learnerOf(backend, numbers);
        for (const gradient of [false, true]) {
          await expectCode(
            () => learner.forward(numbers.inputs, { mode: 'train', gradient }),
            'invalid-argument',
            'dropout in training mode without rng',
          );
        }
      },
    },
  ];
}
