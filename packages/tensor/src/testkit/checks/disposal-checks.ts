import { trainStep } from '../../learner/train-step.ts';
import type { Backend, BackendMemory } from '../../learner/backend.ts';
import { createRng } from '../../random/rng.ts';
import type { BackendCheck } from './check.ts';
import { expectCode, expectThat } from './expectations.ts';
import { drawCase, learnerOf } from './model-case.ts';
import { smallConvNet } from './small-nets.ts';

const STEPS = 200;
const draw = () => drawCase(smallConvNet, { rng: createRng('disposal'), batch: 3, mode: 'train' });
const sgd = { kind: 'sgd', learningRate: 0.01, momentum: 0.9 } as const;

/** What one creates one frees, also when it throws; and nothing works afterwards. */
export function disposalChecks(): BackendCheck[] {
  return [
    {
      name: 'disposal/a disposed learner refuses everything',
      run: async ({ backend }) => {
        const drawn = draw();
        const learner = await learnerOf(backend, drawn);
        const pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        learner[Symbol.dispose]();
        learner[Symbol.dispose]();
        for (const [what, action] of Object.entries({
          forward: () => learner.forward(drawn.inputs, { mode: 'eval' }),
          backward: () => pass.backward({ logits: new Float32Array(9) }),
          gradients: () => learner.gradients(),
          clearGradients: () => learner.clearGradients(),
          step: () => learner.step({ optimiser: sgd }),
          resetOptimiser: () => learner.resetOptimiser(),
          read: () => learner.read('all'),
          write: () => learner.write('all', drawn.parameters),
        })) {
          await expectCode(action, 'disposed', `${what} of a disposed learner`);
        }
        pass[Symbol.dispose]();
      },
    },
    {
      name: 'disposal/a disposed pass does not go back',
      run: async ({ backend }) => {
        const drawn = draw();
        using learner = await learnerOf(backend, drawn);
        const pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
        pass[Symbol.dispose]();
        pass[Symbol.dispose]();
        await expectCode(
          () => pass.backward({ logits: new Float32Array(9) }),
          'disposed',
          'backward of a disposed pass',
        );
        expectThat(
          (await learner.gradients()).every((g) => g === 0),
          'a disposed pass gave gradients',
        );
      },
    },
    {
      name: 'disposal/a disposed backend makes no learners',
      run: async ({ create }) => {
        const backend = await create();
        backend[Symbol.dispose]();
        backend[Symbol.dispose]();
        await expectCode(() => learnerOf(backend, draw()), 'disposed', 'a learner of a disposed backend');
      },
    },
    {
      name: 'disposal/memory of a learner and of its passes comes back',
      run: async ({ backend }) => {
        const drawn = draw();
        await warmUp(backend);
        const before = backend.memory();
        const learner = await learnerOf(backend, drawn);
        const withLearner = backend.memory();
        expectThat(
          withLearner.buffers > before.buffers && withLearner.bytes >= before.bytes + 4 * drawn.plan.size.all,
          `a learner of ${drawn.plan.size.all} parameters took ${withLearner.bytes - before.bytes} bytes`,
        );
        for (const options of [
          { mode: 'train', gradient: true },
          { mode: 'train' },
          { mode: 'eval', gradient: true },
          { mode: 'eval' },
        ] as const) {
          const pass = await learner.forward(drawn.inputs, options);
          if ('gradient' in options) await pass.backward({ logits: new Float32Array(9) }, { inputs: true });
          pass[Symbol.dispose]();
          expectMemory(backend, withLearner, `behind a pass (${JSON.stringify(options)})`);
        }
        learner[Symbol.dispose]();
        expectMemory(backend, before, 'behind a learner');
      },
    },
    {
      name: 'disposal/memory comes back when something throws',
      run: async ({ backend }) => {
        const drawn = draw();
        await warmUp(backend);
        const before = backend.memory();
        const { spec } = drawn.plan;
        const parameters = drawn.parameters;
        for (const refuse of [
          () => backend.createLearner(spec, { parameters: parameters.slice(1) }),
          () => backend.createLearner(spec, { parameters: parameters.map(() => NaN) }),
          () => backend.createLearner(spec, { parameters, buffers: new Float32Array(1) }),
          () => backend.createLearner({ ...spec, features: 6 }, { parameters }),
        ]) {
          await expectCode(refuse, ['shape-mismatch', 'not-finite', 'invalid-model'], 'a refused model');
        }
        expectMemory(backend, before, 'behind refused models');
        const useAndThrow = async (): Promise<void> => {
          using learner = await learnerOf(backend, drawn);
          using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
          expectThat(pass.size === 3, `a batch of 3 has the size ${pass.size}`);
          await learner.forward(drawn.inputs.slice(1), { mode: 'train', gradient: true });
        };
        await expectCode(useAndThrow, 'shape-mismatch', 'a batch that is cut short');
        expectMemory(backend, before, 'behind a block that threw in forward');
        const goBackAndThrow = async (): Promise<void> => {
          using learner = await learnerOf(backend, drawn);
          using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
          await pass.backward({ logits: new Float32Array(8) });
        };
        await expectCode(goBackAndThrow, 'shape-mismatch', 'a gradient that is cut short');
        expectMemory(backend, before, 'behind a block that threw in backward');
      },
    },
    {
      name: `disposal/no leak over ${STEPS} steps`,
      run: async ({ backend }) => {
        const drawn = draw();
        using learner = await learnerOf(backend, drawn);
        const batch = { inputs: drawn.inputs, labels: Int32Array.of(0, 1, 2) };
        const options = { terms: [{ kind: 'crossEntropy' }], optimiser: sgd } as const;
        let settled: BackendMemory | undefined;
        for (let step = 1; step <= STEPS; step++) {
          await trainStep(learner, batch, options);
          const pass = await learner.forward(drawn.inputs, { mode: 'eval' });
          pass[Symbol.dispose]();
          await learner.read('all');
          // The first steps may set up momentum and scratch space.
          if (step === 3) settled = backend.memory();
        }
        expectMemory(backend, settled!, `behind ${STEPS} steps`);
      },
    },
  ];
}

/** Lets a backend set up what it keeps between learners. */
async function warmUp(backend: Backend): Promise<void> {
  const drawn = draw();
  using learner = await learnerOf(backend, drawn);
  using pass = await learner.forward(drawn.inputs, { mode: 'train', gradient: true });
  await pass.backward({ logits: new Float32Array(9) }, { inputs: true });
  await learner.step({ optimiser: sgd });
}

function expectMemory(backend: Backend, expected: BackendMemory, when: string): void {
  const { buffers, bytes } = backend.memory();
  expectThat(
    buffers === expected.buffers && bytes === expected.bytes,
    `${when}: ${buffers} buffers of ${bytes} bytes instead of ${expected.buffers} of ${expected.bytes}`,
  );
}
