import type { StepOptions } from '../../learner/learner.ts';
import { createRng } from '../../random/rng.ts';
import { freshMoments, oracleStep } from '../oracle/oracle-optimiser.ts';
import type { BackendCheck, CheckContext } from './check.ts';
import { expectThat } from './expectations.ts';
import { drawCase, learnerOf, normals } from './model-case.ts';
import { smallMlp } from './small-nets.ts';

const size = drawCase(smallMlp, { rng: createRng(0), batch: 1, mode: 'train' }).parameters.length;
const reference = normals(size, createRng('reference'));
const sgd = { kind: 'sgd', learningRate: 0.1 } as const;
const heavy = { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.05 } as const;
const adam = { kind: 'adam', learningRate: 0.05 } as const;
const ownAdam = { ...adam, beta1: 0.8, beta2: 0.95, epsilon: 0.01, weightDecay: 0.1 } as const;

/** Six steps each; the i-th takes the options i modulo their number. */
const runs: Readonly<Record<string, readonly StepOptions[]>> = {
  sgd: [{ optimiser: sgd }],
  'sgd with momentum': [{ optimiser: { ...sgd, momentum: 0.7 } }],
  'sgd with weight decay': [{ optimiser: { ...sgd, weightDecay: 0.3 } }],
  'sgd with momentum and weight decay': [{ optimiser: heavy }],
  adam: [{ optimiser: adam }],
  'adam with its own numbers and weight decay': [{ optimiser: ownAdam }],
  'clipNorm below the norm': [{ optimiser: heavy, clipNorm: 0.5 }],
  'clipNorm above the norm': [{ optimiser: sgd, clipNorm: 1e6 }],
  'proximal pull': [{ optimiser: heavy, proximal: { weight: 0.4, reference } }],
  'proximal pull behind clipping': [{ optimiser: sgd, clipNorm: 0.1, proximal: { weight: 2, reference } }],
  'the encoder alone': [{ optimiser: heavy, part: 'encoder' }],
  'the head alone, clipped by the norm of all': [{ optimiser: heavy, part: 'head', clipNorm: 0.5 }],
  'the parts in turn, sgd': [
    { optimiser: heavy, part: 'head' },
    { optimiser: heavy, part: 'encoder' },
    { optimiser: heavy },
  ],
  'the parts in turn, adam': [
    { optimiser: adam, part: 'encoder' },
    { optimiser: adam, part: 'encoder' },
    { optimiser: adam },
  ],
  'changing learning rates': [{ optimiser: heavy }, { optimiser: { ...heavy, learningRate: 0.01 } }],
};

/** Each optimiser against a plain float64 implementation, on the gradients that the learner reports. */
export function optimiserChecks(): BackendCheck[] {
  return [
    ...Object.entries(runs).map(([name, steps]) => ({
      name: `optimiser/${name}`,
      run: (context: CheckContext) => compareSteps(context, { steps }),
    })),
    ...[heavy, adam].map((optimiser) => ({
      name: `optimiser/${optimiser.kind} behind resetOptimiser`,
      run: (context: CheckContext) => compareSteps(context, { steps: [{ optimiser }], resetAt: 3 }),
    })),
    {
      name: 'optimiser/a step clears the gradients of all parts',
      run: async ({ backend }) => {
        const drawn = drawCase(smallMlp, { rng: createRng('clears'), batch: 2, mode: 'train' });
        using learner = await learnerOf(backend, drawn);
        using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        await pass.backward({ logits: new Float32Array(6).fill(1) });
        expectThat(
          (await learner.gradients()).some((g) => g !== 0),
          'backward gathered no gradients',
        );
        await learner.step({ optimiser: sgd, part: 'head' });
        expectThat(
          (await learner.gradients()).every((g) => g === 0),
          'a step left gradients behind',
        );
      },
    },
  ];
}

async function compareSteps(
  { backend, expectClose }: CheckContext,
  { steps, resetAt }: { readonly steps: readonly StepOptions[]; readonly resetAt?: number },
): Promise<void> {
  const rng = createRng('optimiser');
  const drawn = drawCase(smallMlp, { rng, batch: 3, mode: 'train' });
  const { plan } = drawn;
  using learner = await learnerOf(backend, drawn);
  const parameters = Float64Array.from(drawn.parameters);
  let moments = freshMoments(plan.size.all);
  for (let i = 0; i < 6; i++) {
    if (i === resetAt) {
      learner.resetOptimiser();
      moments = freshMoments(plan.size.all);
    }
    const draw = rng.split('batch', i);
    using pass = await learner.forward(normals(3 * 4, draw), { mode: 'train', gradient: true });
    await pass.backward({ features: normals(3 * 5, draw), logits: normals(3 * 3, draw) });
    const gradients = await learner.gradients();
    const options = steps[i % steps.length];
    await learner.step(options);
    oracleStep(plan, { ...options, parameters, gradients, moments });
    expectClose(await learner.read('all'), parameters, `parameters behind step ${i + 1}`);
  }
}
