import { expect, it } from 'vitest';
import type { Backend } from '../learner/backend.ts';
import { withLearner, withStep } from './replaced-members.ts';
import { checkBackend } from './test-backend.ts';

const broken: readonly { what: string; create: () => Backend; caughtBy: string }[] = [
  {
    what: 'biases that are not updated',
    create: withLearner((right) => ({
      async step(options) {
        const before = await right.read('all');
        await right.step(options);
        const after = await right.read('all');
        for (const { role, offset, size } of right.plan.parameters) {
          if (role === 'bias') after.set(before.subarray(offset, offset + size), offset);
        }
        await right.write('all', after);
      },
    })),
    caughtBy: 'optimiser/sgd',
  },
  {
    what: 'momentum with dampening',
    create: withStep(({ optimiser, ...rest }) =>
      optimiser.kind === 'sgd' && optimiser.momentum
        ? {
            ...rest,
            optimiser: { ...optimiser, learningRate: optimiser.learningRate * (1 - optimiser.momentum) },
          }
        : { ...rest, optimiser },
    ),
    caughtBy: 'optimiser/sgd with momentum',
  },
  {
    what: 'weight decay forgotten',
    create: withStep(({ optimiser, ...rest }) => ({ ...rest, optimiser: { ...optimiser, weightDecay: 0 } })),
    caughtBy: 'optimiser/sgd with weight decay',
  },
  {
    what: 'betas of adam ignored',
    create: withStep(({ optimiser, ...rest }) => ({
      ...rest,
      optimiser: optimiser.kind === 'adam' ? { ...optimiser, beta1: 0.9, beta2: 0.999 } : optimiser,
    })),
    caughtBy: 'optimiser/adam with its own numbers and weight decay',
  },
  {
    what: 'clipping forgotten',
    create: withStep(({ clipNorm: _, ...rest }) => rest),
    caughtBy: 'optimiser/clipNorm below the norm',
  },
  {
    what: 'gradients scaled up to the clip norm',
    create: withLearner((right) => ({
      async step({ clipNorm, ...options }) {
        if (clipNorm === undefined) return right.step(options);
        const norm = Math.hypot(...(await right.gradients()));
        const { optimiser } = options;
        const learningRate = (optimiser.learningRate * clipNorm) / norm;
        return right.step({ ...options, optimiser: { ...optimiser, learningRate } });
      },
    })),
    caughtBy: 'optimiser/clipNorm above the norm',
  },
  {
    what: 'the proximal pull forgotten',
    create: withStep(({ proximal: _, ...rest }) => rest),
    caughtBy: 'optimiser/proximal pull',
  },
  {
    what: 'half of the proximal pull, as of a squared norm without its 2',
    create: withStep(({ proximal, ...rest }) =>
      proximal ? { ...rest, proximal: { ...proximal, weight: proximal.weight / 2 } } : rest,
    ),
    caughtBy: 'optimiser/proximal pull',
  },
  {
    what: 'all parts moved',
    create: withStep(({ part: _, ...rest }) => rest),
    caughtBy: 'optimiser/the encoder alone',
  },
  {
    what: 'momentum of a part that stayed',
    create: withLearner((right) => ({
      async step({ part = 'all', ...options }) {
        const stays = part === 'encoder' ? 'head' : 'encoder';
        const values = await right.read(stays);
        await right.step(options);
        if (part !== 'all') await right.write(stays, values);
      },
    })),
    caughtBy: 'optimiser/the parts in turn, adam',
  },
  {
    what: 'momentum that is not reset',
    create: withLearner(() => ({ resetOptimiser: () => {} })),
    caughtBy: 'optimiser/sgd behind resetOptimiser',
  },
  {
    what: 'gradients that are not cleared',
    create: withLearner(() => ({ clearGradients: () => {} })),
    caughtBy: 'pass/gradients start at 0 and can be cleared',
  },
  {
    what: 'gradients that a step leaves behind',
    create: withLearner((right) => {
      let before: Float32Array | undefined;
      return {
        async step(options) {
          before = await right.gradients();
          await right.step(options);
        },
        gradients: (part) => before ?? right.gradients(part),
      };
    }),
    caughtBy: 'optimiser/a step clears the gradients of all parts',
  },
  {
    what: 'NaN as a learning rate',
    create: withStep(({ optimiser, ...rest }) => ({
      ...rest,
      optimiser: { ...optimiser, learningRate: optimiser.learningRate || 0 },
    })),
    caughtBy: 'input/steps that cannot be made',
  },
];

it.each(broken)('catches $what', async ({ create, caughtBy }) => {
  const report = await checkBackend({ create, only: [caughtBy] });
  expect(report.failed.map(({ name, error }) => `${name}: ${(error as Error).name}`)).toEqual([
    `${caughtBy}: ConformanceError`,
  ]);
});
