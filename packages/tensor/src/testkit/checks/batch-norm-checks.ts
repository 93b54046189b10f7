import type { ModelSpec } from '../../model/model-spec.ts';
import { createRng } from '../../random/rng.ts';
import type { BackendCheck } from './check.ts';
import { expectCode, expectSame, expectThat } from './expectations.ts';
import { drawCase, drawNumbers, learnerOf, normals, oracleOf } from './model-case.ts';
import { planModel } from '../../model/model-plan.ts';
import { modelAround } from './random-layers.ts';

const layer = { kind: 'batchNorm', name: 'norm', channels: 3, momentum: 0.3, epsilon: 1e-3 } as const;
const flat: ModelSpec = modelAround({ input: [3], layer });
const image: ModelSpec = modelAround({ input: [2, 2, 3], layer });

/** What batch normalisation remembers, beyond the outputs and gradients that the other checks look at. */
export function batchNormChecks(): BackendCheck[] {
  return [
    {
      name: 'batchNorm/running statistics over several batches',
      run: async ({ backend, expectClose }) => {
        for (const spec of [flat, image]) {
          const rng = createRng('running').split(spec.features);
          const drawn = drawNumbers(planModel(spec), { rng, batch: 3 });
          using learner = await learnerOf(backend, drawn);
          let { buffers }: { buffers: ArrayLike<number> } = drawn;
          for (let i = 0; i < 4; i++) {
            const inputs = normals(drawn.inputs.length, rng, { scale: 1 + i, shift: i });
            using pass = await learner.forward(inputs, { mode: 'train', gradient: i % 2 === 0 });
            buffers = oracleOf(drawn, { mode: 'train', inputs, buffers }).buffers;
            expectThat(pass.size === 3, `a batch of 3 has the size ${pass.size}`);
            expectClose(await learner.read('buffers'), buffers, `running statistics behind ${i + 1} batches`);
          }
          using pass = await learner.forward(drawn.inputs, { mode: 'eval' });
          const expected = oracleOf(drawn, { mode: 'eval', buffers });
          expectClose(pass.features, expected.features, 'features with the gathered statistics');
        }
      },
    },
    {
      name: 'batchNorm/evaluation mode keeps the running statistics',
      run: async ({ backend }) => {
        const drawn = drawCase(image, { rng: createRng('kept'), batch: 2, mode: 'eval' });
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(drawn.inputs, { mode: 'eval', gradient: true });
        await pass.backward({ features: new Float32Array(pass.features.length).fill(1) });
        await learner.step({ optimiser: { kind: 'sgd', learningRate: 0.1 } });
        expectSame(await learner.read('buffers'), drawn.buffers, 'buffers behind a pass in evaluation mode');
      },
    },
    {
      name: 'batchNorm/one sample in evaluation mode',
      run: async ({ backend, expectClose }) => {
        const drawn = drawNumbers(planModel(flat), { rng: createRng('one'), batch: 1 });
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(drawn.inputs, { mode: 'eval' });
        expectClose(pass.logits, oracleOf(drawn, { mode: 'eval' }).logits, 'logits of one sample');
      },
    },
    {
      name: 'batchNorm/one value per channel cannot be trained on',
      run: async ({ backend }) => {
        const drawn = drawNumbers(planModel(flat), { rng: createRng('one'), batch: 1 });
        using learner = await learnerOf(backend, drawn);
        await expectCode(
          () => learner.forward(drawn.inputs, { mode: 'train', gradient: true }),
          'invalid-argument',
          'batch normalisation of one value per channel in training mode',
        );
        expectSame(await learner.read('buffers'), drawn.buffers, 'buffers behind the refused pass');
      },
    },
    {
      name: 'batchNorm/starts at mean 0 and variance 1',
      run: async ({ backend }) => {
        const { plan, parameters } = drawNumbers(planModel(flat), { rng: createRng('fresh'), batch: 1 });
        using learner = await backend.createLearner(plan.spec, { parameters });
        expectSame(await learner.read('buffers'), [0, 0, 0, 1, 1, 1], 'buffers that were left out');
      },
    },
    {
      name: 'batchNorm/a mean far above the deviation',
      run: async ({ backend, expectClose }) => {
        const rng = createRng('far');
        const drawn = drawNumbers(planModel(image), { rng, batch: 4 });
        const inputs = normals(drawn.inputs.length, rng, { shift: 30 });
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(inputs, { mode: 'train' });
        const expected = oracleOf(drawn, { mode: 'train', inputs });
        expectClose(pass.features, expected.features, 'features of inputs around 30');
        expectClose(
          await learner.read('buffers'),
          expected.buffers,
          'running statistics of inputs around 30',
        );
      },
    },
  ];
}
