import { createRng } from '../../random/rng.ts';
import type { BackendCheck, CheckContext } from './check.ts';
import { drawCase, drawNumbers, learnerOf, oracleOf, type ModelCase } from './model-case.ts';
import { planModel } from '../../model/model-plan.ts';
import { layersToTry, mayNormalise, modelAround, type RandomKind } from './random-layers.ts';
import { smallBranchNet, smallConvNet, smallMlp } from './small-nets.ts';

const kinds: readonly RandomKind[] = [
  'dense',
  'conv2d',
  'batchNorm',
  'activation',
  'maxPool2d',
  'globalAveragePool2d',
  'flatten',
  'adaptiveAveragePool1d',
  'channelSlice',
  'channelShuffle',
  'concat',
  'gate',
  'residual',
];

/** The outputs of each kind of layer, in both modes, against the oracle. */
export function forwardChecks(): BackendCheck[] {
  return [
    ...kinds.map((kind) => ({
      name: `forward/${kind}`,
      run: async (context: CheckContext) => {
        const rng = createRng('forward').split(kind);
        for (const [i, placed] of layersToTry(kind, rng).entries()) {
          const plan = planModel(modelAround(placed));
          const batch = i % 3 === 0 && !mayNormalise(kind) ? 1 : 2 + (i % 2);
          await compareForward(
            context,
            drawNumbers(plan, { rng: rng.split('numbers', i), batch, spread: placed.spread }),
          );
        }
      },
    })),
    ...[smallMlp, smallConvNet, smallBranchNet].map((spec) => ({
      name: `forward/${spec.name}`,
      run: (context: CheckContext) =>
        compareForward(context, drawCase(spec, { rng: createRng('forward net'), batch: 4, mode: 'eval' })),
    })),
    {
      name: 'forward/without encoder or head',
      run: async (context) => {
        const fc = { kind: 'dense', name: 'fc', inputs: 3, outputs: 3 } as const;
        for (const [encoder, head] of [
          [[], [fc]],
          [[fc], []],
        ]) {
          const plan = planModel({ name: 'half', input: [3], features: 3, classes: 3, encoder, head });
          await compareForward(context, drawNumbers(plan, { rng: createRng('half'), batch: 2 }));
        }
      },
    },
    {
      name: 'forward/batches of different sizes',
      run: async (context) => {
        const drawn = drawCase(smallConvNet, { rng: createRng('sizes'), batch: 5, mode: 'eval' });
        using learner = await learnerOf(context.backend, drawn);
        const sample = drawn.inputs.length / 5;
        const expected = oracleOf(drawn, { mode: 'eval' });
        for (const size of [5, 1, 3, 5]) {
          using pass = await learner.forward(drawn.inputs.slice(0, size * sample), { mode: 'eval' });
          context.expectClose(pass.logits, expected.logits.slice(0, size * 3), `the first ${size} samples`);
        }
      },
    },
    {
      name: 'forward/the same with and without gradient',
      run: async (context) => {
        const drawn = drawCase(smallConvNet, { rng: createRng('kept'), batch: 3, mode: 'train' });
        using learner = await learnerOf(context.backend, drawn);
        for (const mode of ['train', 'eval'] as const) {
          await learner.write('buffers', drawn.buffers);
          using light = await learner.forward(drawn.inputs, { mode });
          await learner.write('buffers', drawn.buffers);
          using full = await learner.forward(drawn.inputs, { mode, gradient: true });
          context.expectClose(full.logits, light.logits, `logits in mode '${mode}'`);
          context.expectClose(full.features, light.features, `features in mode '${mode}'`);
        }
      },
    },
  ];
}

async function compareForward({ backend, expectClose }: CheckContext, drawn: ModelCase): Promise<void> {
  using learner = await learnerOf(backend, drawn);
  for (const mode of ['eval', 'train'] as const) {
    const expected = oracleOf(drawn, { mode });
    using pass = await learner.forward(drawn.inputs, { mode });
    const where = `of the model ${drawn.plan.spec.name}, mode '${mode}', batch ${drawn.batch}`;
    expectClose(pass.features, expected.features, `features ${where}`);
    expectClose(pass.logits, expected.logits, `logits ${where}`);
    expectClose(await learner.read('buffers'), expected.buffers, `buffers ${where}`);
  }
}
