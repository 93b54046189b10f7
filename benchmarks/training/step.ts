// Milliseconds a training step: forward, cross-entropy, backward, SGD. See README.md.
import { parseArgs } from 'node:util';
import { backendNames, createBackend, type BackendName } from '@protonorm/backend-tfjs';
import { createModel, initialParameters } from '@protonorm/models';
import { createRng, trainStep, type Backend } from '@protonorm/tensor';

interface Case {
  readonly model: string;
  readonly input: readonly number[];
  readonly batch: number;
}

interface Measurement extends Case {
  readonly backend: string;
  /** Of one step, over all but the first three. */
  readonly minMs: number;
  readonly medianMs: number;
  readonly steps: number;
}

const cases: readonly Case[] = [
  { model: 'digits-mlp', input: [8, 8, 1], batch: 16 },
  { model: 'digits-cnn', input: [8, 8, 1], batch: 16 },
  { model: 'cnn', input: [32, 32, 3], batch: 32 },
  { model: 'resnet8', input: [32, 32, 3], batch: 32 },
];
const warmUp = 3;

const { values: flags } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    model: { type: 'string' },
    steps: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
  },
});

async function measure(backend: Backend, { model, input, batch }: Case, steps: number): Promise<Measurement> {
  const spec = createModel(model, { input, classes: 10 });
  const rng = createRng(1);
  using learner = await backend.createLearner(spec, {
    parameters: initialParameters(spec, rng.split('init')),
  });
  const inputs = Float32Array.from({ length: batch * input.reduce((a, b) => a * b, 1) }, () => rng.normal());
  const labels = Int32Array.from({ length: batch }, () => rng.integer(10));
  const times: number[] = [];
  for (let i = 0; i < warmUp + steps; i++) {
    const start = performance.now();
    await trainStep(
      learner,
      { inputs, labels },
      { terms: [{ kind: 'crossEntropy' }], optimiser: { kind: 'sgd', learningRate: 0.01 } },
    );
    if (i >= warmUp) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const round = (ms: number): number => Math.round(ms * 1000) / 1000;
  return {
    backend: backend.name,
    model,
    input,
    batch,
    steps,
    minMs: round(times[0]),
    medianMs: round(times[times.length >> 1]),
  };
}

const steps = Number(flags.steps);
if (!(Number.isInteger(steps) && steps >= 1))
  throw new Error(`--steps takes an integer >= 1, received ${flags.steps}`);
const results: Measurement[] = [];
for (const name of flags.backend === 'all' ? backendNames : [flags.backend as BackendName]) {
  using backend = await createBackend(name);
  for (const each of cases) {
    if (flags.model !== undefined && flags.model !== each.model) continue;
    const result = await measure(backend, each, steps);
    results.push(result);
    if (!flags.json) {
      console.log(
        `${name.padEnd(6)}${result.model.padEnd(12)} batch ${String(result.batch).padEnd(4)}` +
          `min ${result.minMs.toFixed(2).padStart(9)} ms   median ${result.medianMs.toFixed(2).padStart(9)} ms`,
      );
    }
  }
}
if (flags.json) console.log(JSON.stringify({ node: process.version, results }, null, 2));
