import { trainStep } from '../../learner/train-step.ts';
import type { Backend } from '../../learner/backend.ts';
import type { ModelSpec } from '../../model/model-spec.ts';
import { createRng } from '../../random/rng.ts';
import type { BackendCheck } from './check.ts';
import { expectSame } from './expectations.ts';
import { drawCase, learnerOf, normals } from './model-case.ts';
import { smallConvNet, smallDropoutNet } from './small-nets.ts';

/** The same numbers in give the same bits out, whatever else a backend has done. */
export function determinismChecks(): BackendCheck[] {
  return [
    ...[smallConvNet, smallDropoutNet].map((spec) => ({
      name: `determinism/${spec.name} twice`,
      run: async ({ create }: { create(): Promise<Backend> }) => {
        using one = await create();
        using two = await create();
        expectSame(await train(one, spec), await train(two, spec), 'the second of two equal runs');
      },
    })),
    {
      name: 'determinism/a neighbour changes nothing',
      run: async ({ backend }) => {
        const alone = await train(backend, smallConvNet);
        const drawn = drawCase(smallConvNet, { rng: createRng('neighbour'), batch: 2, mode: 'train' });
        using neighbour = await learnerOf(backend, drawn);
        const together = await train(backend, smallConvNet, async () => {
          using pass = await neighbour.forward(drawn.inputs, { mode: 'train', gradient: true });
          await pass.backward({ logits: normals(6, createRng(1)) });
          await neighbour.step({ optimiser: { kind: 'sgd', learningRate: 0.1 } });
        });
        expectSame(together, alone, 'a run beside another learner');
      },
    },
    {
      name: 'determinism/passes in evaluation mode change nothing',
      run: async ({ backend }) => {
        const drawn = drawCase(smallConvNet, { rng: createRng('eval'), batch: 3, mode: 'eval' });
        using learner = await learnerOf(backend, drawn);
        using first = await learner.forward(drawn.inputs, { mode: 'eval' });
        using second = await learner.forward(drawn.inputs, { mode: 'eval' });
        expectSame(second.logits, first.logits, 'logits of the second pass');
        expectSame(await learner.read('all'), drawn.parameters, 'parameters behind passes');
      },
    },
  ];
}

/** A few steps; everything that came out, as one array. */
async function train(backend: Backend, spec: ModelSpec, between?: () => Promise<void>): Promise<number[]> {
  const rng = createRng('determinism');
  const drawn = drawCase(spec, { rng, batch: 4, mode: 'eval' });
  using learner = await learnerOf(backend, drawn);
  const seen: number[] = [];
  for (let step = 0; step < 5; step++) {
    const { loss, features, logits } = await trainStep(
      learner,
      { inputs: normals(drawn.inputs.length, rng.split(step)), labels: Int32Array.of(0, 1, 2, 0) },
      {
        terms: [{ kind: 'crossEntropy' }],
        optimiser: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 },
        rng: rng.split(step, 'dropout'),
      },
    );
    seen.push(loss, ...features, ...logits);
    await between?.();
  }
  return [...seen, ...(await learner.read('all')), ...(await learner.read('buffers'))];
}
