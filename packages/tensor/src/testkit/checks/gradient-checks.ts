import { createRng } from '../../random/rng.ts';
import type { Rng } from '../../random/rng.ts';
import { finiteDifferences } from '../oracle/finite-differences.ts';
import type { BackendCheck, CheckContext } from './check.ts';
import { drawCase, inner, learnerOf, normals, oracleOf, type ModelCase } from './model-case.ts';
import { layersToTry, mayNormalise, modelAround, type RandomKind } from './random-layers.ts';
import { smallBranchNet, smallConvNet, smallMlp } from './small-nets.ts';

const kinds: readonly { readonly kind: RandomKind; readonly modes: readonly ('train' | 'eval')[] }[] = [
  { kind: 'dense', modes: ['train'] },
  { kind: 'conv2d', modes: ['train'] },
  { kind: 'batchNorm', modes: ['train', 'eval'] },
  { kind: 'activation', modes: ['train'] },
  { kind: 'maxPool2d', modes: ['train'] },
  { kind: 'globalAveragePool2d', modes: ['train'] },
  { kind: 'flatten', modes: ['train'] },
  { kind: 'adaptiveAveragePool1d', modes: ['train'] },
  { kind: 'channelSlice', modes: ['train'] },
  { kind: 'channelShuffle', modes: ['train'] },
  { kind: 'concat', modes: ['train', 'eval'] },
  { kind: 'gate', modes: ['train', 'eval'] },
  { kind: 'residual', modes: ['train', 'eval'] },
];

/** The gradients of each kind of layer, by its parameters and its input, against finite differences of the oracle. */
export function gradientChecks(): BackendCheck[] {
  return [
    ...kinds.map(({ kind, modes }) => ({
      name: `gradient/${kind}`,
      run: async (context: CheckContext) => {
        const rng = createRng('gradient').split(kind);
        for (const [i, placed] of layersToTry(kind, rng).entries()) {
          const batch = mayNormalise(kind) ? 3 : 1 + (i % 2);
          for (const mode of modes) {
            const numbers = rng.split('numbers', i, mode);
            await compareGradient(context, {
              drawn: drawCase(modelAround(placed), { rng: numbers, batch, mode, spread: placed.spread }),
              rng: numbers,
              mode,
            });
          }
        }
      },
    })),
    ...[smallMlp, smallConvNet, smallBranchNet].map((spec) => ({
      name: `gradient/${spec.name}`,
      run: async (context: CheckContext) => {
        for (const mode of ['train', 'eval'] as const) {
          const rng = createRng('gradient net').split(mode);
          await compareGradient(context, { drawn: drawCase(spec, { rng, batch: 3, mode }), rng, mode });
        }
      },
    })),
    {
      name: 'gradient/from the features',
      run: async ({ backend, expectClose }) => {
        const rng = createRng('from features');
        const whole = drawCase(smallMlp, { rng, batch: 3, mode: 'train' });
        const { features, classes } = whole.plan.spec;
        const drawn = { ...whole, inputs: normals(3 * features, rng) };
        const byFeatures = normals(3 * features, rng);
        const byLogits = normals(3 * classes, rng);
        const value = (inputs: ArrayLike<number>, parameters: ArrayLike<number>): number => {
          const pass = oracleOf(drawn, { mode: 'train', from: 'features', inputs, parameters });
          return inner(byFeatures, pass.features) + inner(byLogits, pass.logits);
        };
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(drawn.inputs, { mode: 'train', from: 'features', gradient: true });
        const { logits } = oracleOf(drawn, { mode: 'train', from: 'features' });
        expectClose(pass.features, drawn.inputs, 'features of a pass from the features');
        expectClose(pass.logits, logits, 'logits of a pass from the features');
        const given = await pass.backward({ features: byFeatures, logits: byLogits }, { inputs: true });
        expectClose(
          given ?? [],
          finiteDifferences((x) => value(x, drawn.parameters), drawn.inputs),
          'the gradient by the features',
        );
        expectClose(
          await learner.gradients('all'),
          finiteDifferences((p) => value(drawn.inputs, p), drawn.parameters),
          'the gradient by the parameters of a pass from the features',
        );
      },
    },
    {
      name: 'gradient/of the features or the logits alone',
      run: async ({ backend, expectClose }) => {
        const rng = createRng('alone');
        const drawn = drawCase(smallMlp, { rng, batch: 3, mode: 'train' });
        const { features, classes } = drawn.plan.spec;
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        for (const [what, width] of [
          ['features', features],
          ['logits', classes],
        ] as const) {
          const g = normals(3 * width, rng);
          learner.clearGradients();
          await pass.backward({ [what]: g });
          const value = (parameters: Float64Array): number =>
            inner(g, oracleOf(drawn, { mode: 'train', parameters })[what]);
          expectClose(
            await learner.gradients(),
            finiteDifferences(value, drawn.parameters),
            `the gradient of the ${what} alone`,
          );
        }
      },
    },
    {
      name: 'gradient/first of equal maxima',
      run: async ({ backend, expectClose }) => {
        const layer = { kind: 'maxPool2d', kernel: [2, 2], stride: [1, 1] } as const;
        const spec = modelAround({ input: [2, 3, 1], layer });
        const drawn = drawCase(spec, { rng: createRng('ties'), batch: 1, mode: 'train' });
        using learner = await learnerOf(backend, drawn);
        // Windows [1 2; 2 1] and [2 0; 1 2]: the first 2 in row-major order takes it all.
        using pass = await learner.forward(Float32Array.of(1, 2, 0, 2, 1, 2), {
          mode: 'train',
          gradient: true,
        });
        const given = await pass.backward({ features: Float32Array.of(3, 5) }, { inputs: true });
        expectClose(given ?? [], [0, 8, 0, 0, 0, 0], 'the gradient by the input of a maximum with ties');
      },
    },
    {
      name: 'gradient/0 at the kink of relu',
      run: async ({ backend, expectClose }) => {
        const spec = modelAround({ input: [3], layer: { kind: 'activation', function: 'relu' } });
        const drawn = drawCase(spec, { rng: createRng('kink'), batch: 1, mode: 'train' });
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(Float32Array.of(0, -1, 1), { mode: 'train', gradient: true });
        const given = await pass.backward({ features: Float32Array.of(1, 1, 1) }, { inputs: true });
        expectClose(given ?? [], [0, 0, 1], 'the gradient of relu at 0, -1 and 1');
      },
    },
  ];
}

async function compareGradient(
  { backend, expectClose }: CheckContext,
  { drawn, rng, mode }: { readonly drawn: ModelCase; readonly rng: Rng; readonly mode: 'train' | 'eval' },
): Promise<void> {
  const { plan, batch } = drawn;
  const gradients = {
    features: normals(batch * plan.spec.features, rng),
    logits: normals(batch * plan.spec.classes, rng),
  };
  const value = (at: { parameters?: Float64Array; inputs?: Float64Array }): number => {
    const { features, logits } = oracleOf(drawn, { mode, ...at });
    return inner(gradients.features, features) + inner(gradients.logits, logits);
  };
  using learner = await learnerOf(backend, drawn);
  using pass = await learner.forward(drawn.inputs, { mode, gradient: true });
  const byInputs = await pass.backward(gradients, { inputs: true });
  const where = `of the model ${plan.spec.name}, mode '${mode}', batch ${batch}`;
  expectClose(
    byInputs ?? [],
    finiteDifferences((inputs) => value({ inputs }), drawn.inputs),
    `gradient by the inputs ${where}`,
  );
  const given = await learner.gradients();
  const expected = finiteDifferences((parameters) => value({ parameters }), drawn.parameters);
  const largest = expected.reduce((max, g) => Math.max(max, Math.abs(g)), 0);
  for (const { name, offset, size } of plan.parameters) {
    expectClose(
      given.subarray(offset, offset + size),
      expected.subarray(offset, offset + size),
      `gradient by '${name}' ${where}`,
      // Gradients that cancel to about 0 (a bias in front of batch normalisation) are measured against the others.
      largest / 10,
    );
  }
}
