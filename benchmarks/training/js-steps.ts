/** A child process that trains on one of our backends; see child-process.ts. */
import { createRng, trainStep, type Backend, type Learner, type LossTerm } from '@protonorm/tensor';
import type { Answer, Request, Step } from './protocol.ts';
import { readCase, type TrainingCase } from './write-case.ts';

let backend: Backend | undefined;
let learner: Learner | undefined;
let loaded: TrainingCase | undefined;

async function answer(request: Request): Promise<Answer> {
  switch (request.command) {
    case 'open': {
      const { createBackend } = (await import(request.module!)) as {
        createBackend(argument: unknown): Promise<Backend>;
      };
      backend = await createBackend(request.argument);
      return { description: backend.description };
    }
    case 'load': {
      learner?.[Symbol.dispose]();
      learner = undefined;
      loaded = await readCase(request.folder);
      learner = await backend!.createLearner(loaded.spec, { parameters: loaded.parameters });
      return {};
    }
    case 'steps':
      return { steps: await train(learner!, loaded!, request.count) };
  }
}

async function train(learner: Learner, given: TrainingCase, count: number): Promise<readonly Step[]> {
  const { spec, inputs, labels, prototypes } = given;
  const terms: readonly LossTerm[] = [
    { kind: 'crossEntropy' },
    {
      kind: 'pull',
      weight: 10,
      prototypes: {
        dim: spec.features,
        classes: Int32Array.from({ length: spec.classes }, (_, i) => i),
        counts: new Float64Array(spec.classes).fill(1),
        vectors: prototypes,
      },
    },
  ];
  const optimiser = { kind: 'sgd', learningRate: 0.01 } as const;
  const rng = createRng('dropout'); // asked for by models with dropout, also at rate 0
  const steps: Step[] = [];
  for (let i = 0; i < count; i++) {
    const cpuStart = process.cpuUsage();
    const start = performance.now();
    const { loss } = await trainStep(learner, { inputs, labels }, { terms, optimiser, rng });
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpuStart);
    steps.push({ ms, cpuMs: (user + system) / 1000, loss });
  }
  return steps;
}

process.on('message', async (request: Request) => {
  let given: Answer;
  try {
    given = await answer(request);
  } catch (error) {
    given = { error: error instanceof Error ? error.message : String(error) };
  }
  process.send!(given);
});
