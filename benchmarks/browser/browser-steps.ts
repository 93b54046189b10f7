/** A module Web Worker that trains on the planned engine; it answers as js-steps.ts of benchmarks/training does in Node. */
import { createBackend, type CreateBackendOptions } from '@protonorm/backend-wasm';
import {
  createRng,
  trainStep,
  type Backend,
  type Learner,
  type LossTerm,
  type ModelSpec,
} from '@protonorm/tensor';
import type { Answer, Request, Step } from '../training/protocol.ts';
import type { TrainingCase } from '../training/write-case.ts';

let backend: Backend | undefined;
let learner: Learner | undefined;
let loaded: TrainingCase | undefined;

async function answer(request: Request): Promise<Answer> {
  switch (request.command) {
    case 'open':
      backend = await createBackend(request.argument as CreateBackendOptions);
      return { description: backend.description };
    case 'load':
      learner?.[Symbol.dispose]();
      learner = undefined;
      loaded = await fetchCase(request.folder);
      learner = await backend!.createLearner(loaded.spec, { parameters: loaded.parameters });
      return {};
    case 'steps':
      return { steps: await train(learner!, loaded!, request.count) };
  }
}

async function fetchCase(folder: string): Promise<TrainingCase> {
  const get = async (name: string): Promise<Response> => {
    const response = await fetch(`${folder}/${name}`);
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    return response;
  };
  const numbers = async (name: string): Promise<ArrayBuffer> => (await get(name)).arrayBuffer();
  const { spec } = (await (await get('case.json')).json()) as { readonly spec: ModelSpec };
  return {
    spec,
    parameters: new Float32Array(await numbers('parameters.f32')),
    inputs: new Float32Array(await numbers('inputs.f32')),
    labels: new Int32Array(await numbers('labels.i32')),
    prototypes: new Float32Array(await numbers('prototypes.f32')),
  };
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
    const start = performance.now();
    const { loss } = await trainStep(learner, { inputs, labels }, { terms, optimiser, rng });
    steps.push({ ms: performance.now() - start, cpuMs: Number.NaN, loss }); // a page does not learn its processor time
  }
  return steps;
}

self.addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  let given: Answer;
  try {
    given = await answer(data);
  } catch (error) {
    given = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  self.postMessage(given);
});
