import { describe, expect, it } from 'vitest';
import type { CustomTerm, LossTerm } from '../loss/loss-term.ts';
import { planModel } from '../model/model-plan.ts';
import { createRng } from '../random/rng.ts';
import { drawNumbers } from '../testkit/checks/model-case.ts';
import { smallConvNet, smallDropoutNet, smallMlp } from '../testkit/checks/small-nets.ts';
import { createOracleBackend } from '../testkit/oracle/oracle-backend.ts';
import type { Learner } from './learner.ts';
import { trainStep } from './train-step.ts';

const sgd = { kind: 'sgd', learningRate: 0.1 } as const;
const labels = Int32Array.of(0, 1, 2);

async function learnerOf(spec = smallMlp): Promise<{ learner: Learner; inputs: Float32Array }> {
  const { parameters, buffers, inputs } = drawNumbers(planModel(spec), {
    rng: createRng('train step'),
    batch: 3,
  });
  return { learner: await createOracleBackend().createLearner(spec, { parameters, buffers }), inputs };
}

const custom = (evaluate: CustomTerm['evaluate'], weight?: number): CustomTerm => ({
  kind: 'custom',
  name: 'custom',
  evaluate,
  ...(weight !== undefined && { weight }),
});

describe('trainStep', () => {
  it('reports values without weights, the loss with them, and the outputs before the step', async () => {
    const { learner, inputs } = await learnerOf();
    const before = await learner.forward(inputs, { mode: 'train' });
    const two = custom(() => ({ value: 2 }), 0.25);
    const report = await trainStep(
      learner,
      { inputs, labels },
      {
        terms: [{ kind: 'crossEntropy', weight: 3 }, two],
        optimiser: sgd,
      },
    );
    expect(report.values[1]).toBe(2);
    expect(report.loss).toBeCloseTo(3 * report.values[0] + 0.5, 12);
    expect(report.features).toEqual(before.features);
    expect(report.logits).toEqual(before.logits);
  });

  it('lowers the loss', async () => {
    const { learner, inputs } = await learnerOf(smallConvNet);
    const losses: number[] = [];
    for (let step = 0; step < 20; step++) {
      const terms: LossTerm[] = [{ kind: 'crossEntropy' }];
      losses.push((await trainStep(learner, { inputs, labels }, { terms, optimiser: sgd })).loss);
    }
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
  });

  it('weighs gradients as it weighs values', async () => {
    const gradientOf = async (terms: LossTerm[]): Promise<Float64Array> => {
      const { learner, inputs } = await learnerOf();
      const before = await learner.read('all');
      await trainStep(learner, { inputs, labels }, { terms, optimiser: { kind: 'sgd', learningRate: 1 } });
      const after = await learner.read('all');
      return Float64Array.from(before, (w, i) => w - after[i]);
    };
    const once = await gradientOf([{ kind: 'crossEntropy' }]);
    const split = await gradientOf([
      { kind: 'crossEntropy', weight: 0.25 },
      { kind: 'crossEntropy', weight: 0 },
      { kind: 'crossEntropy', weight: 0.75 },
    ]);
    once.forEach((g, i) => expect(split[i]).toBeCloseTo(g, 5));
    expect(Math.hypot(...once)).toBeGreaterThan(0.1);
    expect((await gradientOf([{ kind: 'crossEntropy', weight: 0 }])).every((g) => g === 0)).toBe(true);
  });

  it('leaves arrays alone that a custom term gives', async () => {
    const { learner, inputs } = await learnerOf();
    const kept = new Float32Array(9).fill(1);
    const terms = [custom(() => ({ value: 0, logits: kept })), { kind: 'crossEntropy' } as const];
    await trainStep(learner, { inputs, labels }, { terms, optimiser: sgd });
    expect(kept).toEqual(new Float32Array(9).fill(1));
    // The gradient of |z|^2 / 2 is made of the features themselves.
    const energy = custom(({ features }) => ({ value: 0, features }));
    const before = await learner.forward(inputs, { mode: 'train' });
    const report = await trainStep(learner, { inputs, labels }, { terms: [energy, energy], optimiser: sgd });
    expect(report.features).toEqual(before.features);
  });

  it.each([
    ['a loss of NaN', custom(() => ({ value: NaN }))],
    ['an infinite loss', custom(() => ({ value: Infinity }))],
    ['a gradient of NaN', custom(() => ({ value: 0, logits: new Float32Array(9).fill(NaN) }))],
    ['an infinite weight', custom(() => ({ value: 1 }), Infinity)],
  ])('refuses %s and leaves the parameters and gradients as they were', async (_, term) => {
    const { learner, inputs } = await learnerOf();
    const before = await learner.read('all');
    await expect(
      trainStep(learner, { inputs, labels }, { terms: [term], optimiser: sgd }),
    ).rejects.toMatchObject({
      code: 'diverged',
    });
    expect(await learner.read('all')).toEqual(before);
    expect((await learner.gradients()).every((g) => g === 0)).toBe(true);
  });

  it('frees the pass, also when a term throws', async () => {
    const backend = createOracleBackend();
    const drawn = drawNumbers(planModel(smallMlp), { rng: createRng(1), batch: 3 });
    const learner = await backend.createLearner(smallMlp, drawn);
    const before = backend.memory();
    const throws = custom(() => {
      throw new Error('an author’s mistake');
    });
    const step = trainStep(learner, { inputs: drawn.inputs, labels }, { terms: [throws], optimiser: sgd });
    await expect(step).rejects.toThrow('an author’s mistake');
    expect(backend.memory()).toEqual(before);
  });

  it('hands rng, part, clipping and the proximal pull on', async () => {
    const { learner, inputs } = await learnerOf(smallDropoutNet);
    const terms: LossTerm[] = [{ kind: 'crossEntropy' }];
    await expect(trainStep(learner, { inputs, labels }, { terms, optimiser: sgd })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    const head = await learner.read('head');
    const before = await learner.read('encoder');
    await trainStep(
      learner,
      { inputs, labels },
      {
        terms,
        optimiser: { kind: 'sgd', learningRate: 1 },
        rng: createRng(1),
        part: 'encoder',
        clipNorm: 1e-9,
        proximal: { weight: 1, reference: new Float32Array(learner.plan.size.all) },
      },
    );
    expect(await learner.read('head')).toEqual(head);
    (await learner.read('encoder')).forEach((w, i) => expect(w).toBeCloseTo(before[i] - before[i], 6));
  });

  it.each([
    ['too few labels', Int32Array.of(0, 1), 'shape-mismatch'],
    ['a label that is no class', Int32Array.of(0, 1, 3), 'unknown-class'],
  ])('refuses %s', async (_, bad, code) => {
    const { learner, inputs } = await learnerOf();
    const before = await learner.read('all');
    const terms: LossTerm[] = [{ kind: 'crossEntropy' }];
    await expect(
      trainStep(learner, { inputs, labels: bad }, { terms, optimiser: sgd }),
    ).rejects.toMatchObject({
      code,
    });
    expect(await learner.read('all')).toEqual(before);
  });
});
