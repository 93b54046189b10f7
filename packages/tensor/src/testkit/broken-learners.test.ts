import { expect, it } from 'vitest';
import type { Backend } from '../learner/backend.ts';
import type { ForwardPass } from '../learner/learner.ts';
import type { ModelPart } from '../model/model-plan.ts';
import { createRng } from '../random/rng.ts';
import { createOracleBackend } from './oracle/oracle-backend.ts';
import { delegateBackend, delegateLearner, delegatePass, withLearner, withPass } from './replaced-members.ts';
import { checkBackend } from './test-backend.ts';

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
    what: 'a read that overlooks the array it was given',
    create: withLearner((right) => ({ read: (part) => right.read(part) })),
    caughtBy: 'parts/reads into an array of the caller',
  },
  {
    what: 'a read into the first numbers of an array of any length',
    create: withLearner((right) => ({
      async read(part, into) {
        const values = await right.read(part);
        into?.set(values.subarray(0, into.length));
        return into ?? values;
      },
    })),
    caughtBy: 'parts/reads into an array of the caller',
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
    create: withPass((right) => {
      const factor = 1 + 2e-7 * (passes++ % 2);
      return { logits: right.logits.map((x) => x * factor) };
    }),
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
];

it.each(broken)('catches $what', async ({ create, caughtBy }) => {
  const report = await checkBackend({ create, only: [caughtBy] });
  expect(report.failed.map(({ name, error }) => `${name}: ${(error as Error).name}`)).toEqual([
    `${caughtBy}: ConformanceError`,
  ]);
});
