import type { StepOptions } from '../../learner/learner.ts';
import type { LayerSpec } from '../../model/layer-spec.ts';
import { createRng } from '../../random/rng.ts';
import type { BackendCheck } from './check.ts';
import { expectCode, expectSame } from './expectations.ts';
import { drawCase, learnerOf } from './model-case.ts';
import { smallConvNet, smallMlp } from './small-nets.ts';

const draw = () => drawCase(smallMlp, { rng: createRng('bad input'), batch: 3, mode: 'train' });

/** What does not fit is refused with a code, and nothing is changed by it. */
export function inputChecks(): BackendCheck[] {
  return [
    {
      name: 'input/models that cannot be',
      run: async ({ backend }) => {
        const { plan, parameters } = draw();
        const { spec } = plan;
        const unknown = { kind: 'attention' } as unknown as LayerSpec;
        for (const [what, bad] of Object.entries({
          'another feature size': { ...spec, features: 6 },
          'another input': { ...spec, input: [5] },
          'no classes': { ...spec, classes: 0 },
          'a name twice': { ...spec, head: [...spec.head, { ...spec.head[0], inputs: 3 } as LayerSpec] },
          'a rate of 1': { ...spec, encoder: [...spec.encoder, { kind: 'dropout', rate: 1 } as const] },
        })) {
          await expectCode(() => backend.createLearner(bad, { parameters }), 'invalid-model', what);
        }
        await expectCode(
          () => backend.createLearner({ ...spec, encoder: [...spec.encoder, unknown] }, { parameters }),
          ['invalid-model', 'unsupported-layer'],
          'an unknown kind of layer',
        );
      },
    },
    {
      name: 'input/initial numbers that do not fit',
      run: async ({ backend }) => {
        const { plan, parameters, buffers } = drawCase(smallConvNet, {
          rng: createRng('initial'),
          batch: 2,
          mode: 'train',
        });
        const { spec } = plan;
        for (const [what, initial, code] of [
          ['too few parameters', { parameters: parameters.slice(1), buffers }, 'shape-mismatch'],
          [
            'too many parameters',
            { parameters: new Float32Array(plan.size.all + 1), buffers },
            'shape-mismatch',
          ],
          ['NaN as a parameter', { parameters: parameters.map(() => NaN), buffers }, 'not-finite'],
          ['too few buffers', { parameters, buffers: buffers.slice(1) }, 'shape-mismatch'],
          ['an infinite buffer', { parameters, buffers: buffers.map(() => Infinity) }, 'not-finite'],
        ] as const) {
          await expectCode(() => backend.createLearner(spec, initial), code, what);
        }
      },
    },
    {
      name: 'input/batches that do not fit',
      run: async ({ backend }) => {
        const drawn = draw();
        using learner = await learnerOf(backend, drawn);
        for (const from of ['inputs', 'features'] as const) {
          for (const length of [0, 1, 11]) {
            await expectCode(
              () => learner.forward(new Float32Array(length), { mode: 'eval', from }),
              'shape-mismatch',
              `${length} numbers from the ${from}`,
            );
          }
        }
      },
    },
    {
      name: 'input/gradients that do not fit',
      run: async ({ backend }) => {
        const drawn = draw();
        using learner = await learnerOf(backend, drawn);
        using light = await learner.forward(drawn.inputs, { mode: 'train' });
        await expectCode(
          () => light.backward({ logits: new Float32Array(9) }),
          'invalid-argument',
          'backward of a pass without gradient',
        );
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        for (const gradients of [
          { logits: new Float32Array(8) },
          { features: new Float32Array(16) },
          { features: new Float32Array(15), logits: new Float32Array(10) },
        ]) {
          await expectCode(() => pass.backward(gradients), 'shape-mismatch', 'a gradient of another length');
        }
        expectSame(await learner.gradients(), new Float32Array(drawn.plan.size.all), 'refused gradients');
      },
    },
    {
      name: 'input/steps that cannot be made',
      run: async ({ backend }) => {
        const drawn = draw();
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        await pass.backward({ logits: new Float32Array(9).fill(1) });
        const sgd = { kind: 'sgd', learningRate: 0.1 } as const;
        const steps: readonly [string, StepOptions, 'invalid-argument' | 'shape-mismatch' | 'not-finite'][] =
          [
            ['a rate of NaN', { optimiser: { ...sgd, learningRate: NaN } }, 'invalid-argument'],
            ['a negative rate', { optimiser: { ...sgd, learningRate: -1 } }, 'invalid-argument'],
            ['a momentum of 1.5', { optimiser: { ...sgd, momentum: 1.5 } }, 'invalid-argument'],
            ['a clip norm of 0', { optimiser: sgd, clipNorm: 0 }, 'invalid-argument'],
            [
              'a short reference',
              { optimiser: sgd, proximal: { weight: 1, reference: new Float32Array(1) } },
              'shape-mismatch',
            ],
            [
              'a reference of NaN',
              { optimiser: sgd, proximal: { weight: 1, reference: drawn.parameters.map(() => NaN) } },
              'not-finite',
            ],
          ];
        for (const [what, options, code] of steps) await expectCode(() => learner.step(options), code, what);
        expectSame(await learner.read('all'), drawn.parameters, 'parameters behind refused steps');
      },
    },
  ];
}
