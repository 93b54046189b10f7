import { expect, it } from 'vitest';
import type { Backend } from '../learner/backend.ts';
import type { ForwardPass, Learner, StepOptions } from '../learner/learner.ts';
import type { ModelPart } from '../model/model-plan.ts';
import { createRng } from '../random/rng.ts';
import { createOracleBackend } from './oracle/oracle-backend.ts';
import { checkBackend } from './test-backend.ts';

type Changed<T> = Partial<{ -readonly [K in keyof T]: T[K] }>;

/** The oracle with some members of its learners replaced. */
function withLearner(change: (right: Learner, backend: Backend) => Changed<Learner>): () => Backend {
  return () => {
    const backend = createOracleBackend();
    return {
      ...delegateBackend(backend),
      async createLearner(spec, initial) {
        const right = await backend.createLearner(spec, initial);
        return { ...delegateLearner(right), ...change(right, backend) };
      },
    };
  };
}

/** The oracle with some members of its passes replaced. */
function withPass(change: (right: ForwardPass, learner: Learner) => Changed<ForwardPass>): () => Backend {
  return withLearner((right) => ({
    async forward(inputs, options) {
      const pass = await right.forward(inputs, options);
      return { ...delegatePass(pass), ...change(pass, right) };
    },
  }));
}

/** The oracle with another optimiser step. */
function withStep(change: (options: StepOptions, right: Learner) => StepOptions): () => Backend {
  return withLearner((right) => ({ step: (options) => right.step(change(options, right)) }));
}

function delegateBackend(right: Backend): Backend {
  return {
    name: 'broken',
    description: right.description,
    createLearner: (spec, initial) => right.createLearner(spec, initial),
    memory: () => right.memory(),
    [Symbol.dispose]: () => right[Symbol.dispose](),
  };
}

function delegateLearner(right: Learner): Learner {
  return {
    plan: right.plan,
    forward: (inputs, options) => right.forward(inputs, options),
    gradients: (part) => right.gradients(part),
    clearGradients: () => right.clearGradients(),
    step: (options) => right.step(options),
    resetOptimiser: () => right.resetOptimiser(),
    read: (part) => right.read(part),
    write: (part, values) => right.write(part, values),
    [Symbol.dispose]: () => right[Symbol.dispose](),
  };
}

function delegatePass(right: ForwardPass): ForwardPass {
  return {
    size: right.size,
    features: right.features,
    logits: right.logits,
    backward: (gradients, options) => right.backward(gradients, options),
    [Symbol.dispose]: () => right[Symbol.dispose](),
  };
}

let passes = 0;
const shared = new Map<string, Float32Array>();
const buffer = (values: Float32Array): Float32Array => {
  const key = String(values.length);
  if (!shared.has(key)) shared.set(key, new Float32Array(values.length));
  shared.get(key)!.set(values);
  return shared.get(key)!;
};

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
    what: 'weights aliased on read',
    create: withLearner((right) => {
      const given = new Map<ModelPart, Float32Array>();
      return {
        async read(part) {
          const alias = given.get(part);
          if (alias) await right.write(part, alias);
          given.set(part, await right.read(part));
          return given.get(part)!;
        },
        write(part, values) {
          given.clear();
          return right.write(part, values);
        },
      };
    }),
    caughtBy: 'parts/copies in and out',
  },
  {
    what: 'weights aliased on write',
    create: withLearner((right) => {
      let source: (() => unknown) | undefined;
      return {
        async write(part, values) {
          await right.write(part, values);
          source = () => right.write(part, values);
        },
        async read(part) {
          await source?.();
          return right.read(part);
        },
      };
    }),
    caughtBy: 'parts/copies in and out',
  },
  {
    what: 'a written encoder that overwrites the head',
    create: withLearner((right) => ({
      async write(part, values) {
        await right.write(part, values);
        if (part === 'encoder') await right.write('head', (await right.read('head')).fill(values[0]));
      },
    })),
    caughtBy: 'parts/write one and leave the others',
  },
  {
    what: 'writing that forgets the momentum',
    create: withLearner((right) => ({
      async write(part, values) {
        right.resetOptimiser();
        await right.write(part, values);
      },
    })),
    caughtBy: 'parts/writing parameters keeps the momentum',
  },
  {
    what: 'NaN that is written as 0',
    create: withLearner((right) => ({
      write: (part, values) =>
        right.write(
          part,
          values.map((x) => (Number.isFinite(x) ? x : 0)),
        ),
    })),
    caughtBy: 'parts/a refused write changes nothing',
  },
  {
    what: 'passes that are not freed',
    create: withPass(() => ({ [Symbol.dispose]: () => {} })),
    caughtBy: 'disposal/no leak over 200 steps',
  },
  {
    what: 'a leak in each step',
    create: () => {
      const right = createOracleBackend();
      let leaked = 0;
      return {
        ...delegateBackend(right),
        async createLearner(spec, initial) {
          const learner = await right.createLearner(spec, initial);
          return {
            ...delegateLearner(learner),
            step(options) {
              leaked++;
              return learner.step(options);
            },
          };
        },
        memory: () => {
          const { buffers, bytes } = right.memory();
          return { buffers: buffers + leaked, bytes: bytes + 4 * leaked };
        },
      };
    },
    caughtBy: 'disposal/no leak over 200 steps',
  },
  {
    what: 'a leak when forward throws',
    create: () => {
      const right = createOracleBackend();
      let leaked = 0;
      return {
        ...delegateBackend(right),
        async createLearner(spec, initial) {
          const learner = await right.createLearner(spec, initial);
          return {
            ...delegateLearner(learner),
            async forward(inputs, options) {
              leaked++;
              const pass = await learner.forward(inputs, options);
              leaked--;
              return pass;
            },
          };
        },
        memory: () => ({ ...right.memory(), buffers: right.memory().buffers + leaked }),
      };
    },
    caughtBy: 'disposal/memory comes back when something throws',
  },
  {
    what: 'learners that are not freed',
    create: withLearner(() => ({ [Symbol.dispose]: () => {} })),
    caughtBy: 'disposal/memory of a learner and of its passes comes back',
  },
  {
    what: 'disposed passes that go back',
    create: withPass((right) => {
      let disposed = false;
      return {
        async backward(gradients, options) {
          return disposed ? undefined : right.backward(gradients, options);
        },
        [Symbol.dispose]() {
          disposed = true;
          right[Symbol.dispose]();
        },
      };
    }),
    caughtBy: 'disposal/a disposed pass does not go back',
  },
  {
    what: 'a disposed backend that goes on',
    create: () => ({ ...delegateBackend(createOracleBackend()), [Symbol.dispose]: () => {} }),
    caughtBy: 'disposal/a disposed backend makes no learners',
  },
  {
    what: 'outputs that differ in the last bit from run to run',
    create: withPass((right) => ({ logits: right.logits.map((x) => x * (1 + 2e-7 * (passes++ % 2))) })),
    caughtBy: 'determinism/small conv net twice',
  },
  {
    what: 'an evaluation that trains',
    create: withLearner((right) => ({
      async forward(inputs, options) {
        await right.write(
          'all',
          (await right.read('all')).map((x) => x * (1 + 1e-6)),
        );
        return right.forward(inputs, options);
      },
    })),
    caughtBy: 'determinism/passes in evaluation mode change nothing',
  },
  {
    what: 'one output buffer for all passes',
    create: withPass((right) => ({ features: buffer(right.features), logits: buffer(right.logits) })),
    caughtBy: 'pass/outputs stay as they are',
  },
  {
    what: 'activations of the last pass only',
    create: withLearner((right) => {
      let last: ForwardPass | undefined;
      return {
        async forward(inputs, options) {
          const pass = await right.forward(inputs, options);
          last = pass;
          const cut = (values: Float32Array | undefined, width: number) =>
            values?.slice(0, last!.size * width);
          return {
            ...delegatePass(pass),
            backward: ({ features, logits }, backwardOptions) =>
              last!.backward({ features: cut(features, 5), logits: cut(logits, 3) }, backwardOptions),
          };
        },
      };
    }),
    caughtBy: 'pass/two open passes do not disturb each other',
  },
  {
    what: 'gradients that are used as scratch space',
    create: withPass((right) => ({
      async backward(gradients, options) {
        const result = await right.backward(gradients, options);
        gradients.logits?.fill(0);
        return result;
      },
    })),
    caughtBy: 'pass/inputs stay as they are',
  },
  {
    what: 'the gradient by the features dropped',
    create: withPass((right) => ({
      backward: ({ logits }, options) => right.backward({ logits }, options),
    })),
    caughtBy: 'gradient/of the features or the logits alone',
  },
  {
    what: 'running statistics that move with a gradient only',
    create: withLearner((right) => ({
      async forward(inputs, options) {
        const before = await right.read('buffers');
        const pass = await right.forward(inputs, options);
        if (!options.gradient) await right.write('buffers', before);
        return pass;
      },
    })),
    caughtBy: 'batchNorm/running statistics over several batches',
  },
  {
    what: 'dropout with a seed of its own',
    create: withLearner((right) => ({
      forward: (inputs, { rng, ...options }) =>
        right.forward(inputs, rng ? { ...options, rng: createRng(0) } : options),
    })),
    caughtBy: 'dropout/masks come from the rng alone',
  },
  {
    what: 'dropout without randomness',
    create: withLearner((right) => ({
      forward: (inputs, options) => right.forward(inputs, { rng: createRng(0), ...options }),
    })),
    caughtBy: 'dropout/training mode needs an rng',
  },
  {
    what: 'batches cut to whole samples',
    create: withLearner((right) => ({
      forward: (inputs, options) =>
        right.forward(inputs.slice(0, inputs.length - (inputs.length % 4)), options),
    })),
    caughtBy: 'input/batches that do not fit',
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
