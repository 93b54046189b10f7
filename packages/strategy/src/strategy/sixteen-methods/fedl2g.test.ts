import {
  createRng,
  evaluateTerm,
  sliceDataset,
  type Batch,
  type Learner,
  type LossTerm,
  type Prototypes,
} from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { defineStrategy, integer, number, reduce, t, trainLocally } from '../../index.ts';
import { testStrategy, toyFederation } from '../../testkit/index.ts';

/*
 * FedL2G (docs/adr/0002): the server learns guiding vectors V from how they would change a client's loss on samples that it
 * keeps aside. With theta' = theta - eta grad[CE + MSE(z, V_y)] and q = CE(theta'), the second derivatives come down to one
 * Jacobian-vector product of the features, because MSE is quadratic:
 *
 *   dq / dV_c = 2 eta / (B d) * sum over samples i of class c of J_i v,   v = grad CE(theta') on the quiz,
 *   J_i v = (z_i(theta + e v) - z_i(theta - e v)) / (2 e).
 *
 * Two forward passes more; no gradient of a gradient.
 */

const guideTable = (guide: Float32Array, dim: number): Prototypes => ({
  dim,
  classes: Int32Array.from({ length: guide.length / dim }, (_, c) => c),
  counts: new Float64Array(guide.length / dim).fill(1), // rows that are no means of samples stand for one
  vectors: guide,
});

const terms = (guide: Float32Array, dim: number): LossTerm[] => [
  { kind: 'crossEntropy' },
  { kind: 'pull', prototypes: guideTable(guide, dim) },
];

/** Gathers the gradient of the terms, in training mode; the running statistics move, and the caller puts them back. */
async function lossAndGradient(
  learner: Learner,
  { inputs, labels }: Batch,
  list: readonly LossTerm[],
): Promise<{ readonly loss: number; readonly gradient: Float32Array }> {
  const { features: dim, classes } = learner.plan.spec;
  learner.clearGradients();
  using pass = await learner.forward(inputs, { mode: 'train', gradient: true, rng: createRng('no dropout') });
  let loss = 0;
  for (const term of list) {
    const { features, logits } = pass;
    const result = evaluateTerm(term, { features, logits, labels, batchSize: pass.size, dim, classes });
    loss += result.value;
    await pass.backward(result);
  }
  const gradient = await learner.gradients();
  learner.clearGradients();
  return { loss, gradient };
}

interface MetaStep {
  readonly guided: Batch;
  readonly quiz: Batch;
  readonly guide: Float32Array;
  readonly rate: number;
}

/** q = CE on the quiz of the model behind one guided step; the model is then as before. */
async function quizLoss(learner: Learner, { guided, quiz, guide, rate }: MetaStep) {
  const dim = learner.plan.spec.features;
  const [theta, buffers] = [await learner.read('all'), await learner.read('buffers')];
  const { gradient } = await lossAndGradient(learner, guided, terms(guide, dim));
  await learner.write(
    'all',
    theta.map((x, k) => x - rate * gradient[k]),
  );
  const answer = await lossAndGradient(learner, quiz, [{ kind: 'crossEntropy' }]);
  await learner.write('all', theta);
  await learner.write('buffers', buffers);
  return answer;
}

/** dq / dV as a table of the classes in the guided batch. */
async function guideGradient(learner: Learner, step: MetaStep): Promise<Prototypes> {
  const { guided, rate } = step;
  const { features: dim } = learner.plan.spec;
  const { gradient: v } = await quizLoss(learner, step);
  const [theta, buffers] = [await learner.read('all'), await learner.read('buffers')];
  const length = Math.hypot(...v);
  const e = length === 0 ? 1 : (2 ** -11 * Math.hypot(...theta)) / length;
  const featuresAt = async (by: number): Promise<Float32Array> => {
    await learner.write(
      'all',
      theta.map((x, k) => x + by * v[k]),
    );
    using pass = await learner.forward(guided.inputs, { mode: 'train', rng: createRng('no dropout') });
    return pass.features;
  };
  const [ahead, behind] = [await featuresAt(e), await featuresAt(-e)];
  await learner.write('all', theta);
  await learner.write('buffers', buffers);
  const classes = Int32Array.from(new Set(guided.labels)).sort();
  const vectors = new Float32Array(classes.length * dim);
  const counts = new Float64Array(classes.length);
  guided.labels.forEach((label, i) => {
    const row = classes.indexOf(label);
    counts[row]++;
    for (let j = 0; j < dim; j++) {
      const jv = (ahead[i * dim + j] - behind[i * dim + j]) / (2 * e);
      vectors[row * dim + j] += (2 * rate * jv) / (guided.size * dim);
    }
  });
  return { dim, classes, counts, vectors };
}

const fedL2g = defineStrategy({
  id: 'fedl2g',
  version: 1,
  summary: 'The server learns to guide: vectors that improve a client on samples it keeps aside.',
  hyper: {
    serverRate: number(10, { min: 0, max: 1000, description: 'Learning rate of the guiding vectors.' }),
    warmup: integer(1, { min: 0, max: 1000, description: 'Rounds in which the guide alone is learnt.' }),
  },
  down: { guide: t.tensor(['C', 'd']) },
  up: { gradient: t.prototypes('d') },
  capabilities: { headsMayDiffer: true },
  client: {
    init: () => null,
    async round(context) {
      const { learner, data, down, local, federation, hyper, round, signal } = context;
      signal.throwIfAborted();
      const { batchSize, optimiser } = local;
      const part = (from: number, to?: number) => sliceDataset(data.dataset, data.indices.slice(from, to));
      const [[quiz], training] = [part(0, batchSize).batches({ batchSize }), part(batchSize)];
      const [guided] = training.batches({ batchSize });
      if (guided === undefined) return { up: null, state: null };
      const { guide } = down!;
      const gradient = await guideGradient(learner, { guided, quiz, guide, rate: optimiser.learningRate });
      if (round >= hyper.warmup) {
        const options = { terms: terms(guide, federation.features), clipNorm: 100 };
        await trainLocally({ ...context, data: training }, options);
      }
      return { up: { gradient }, state: null };
    },
    scores: ({ round, hyper }, { logits }) => (round <= hyper.warmup ? null : logits),
  },
  server: {
    init({ federation: { classes, features }, rng }) {
      const guide = Float32Array.from({ length: classes * features }, () => rng.normal());
      return { state: null, down: { guide } };
    },
    reduce: reduce.meanByClass('gradient'),
    finish({ reduced: { classes, dim, vectors }, down, hyper }) {
      const guide = down!.guide.slice();
      const clip = Math.min(1, 100 / Math.max(Math.hypot(...vectors), Number.MIN_VALUE));
      classes.forEach((label, row) => {
        for (let j = 0; j < dim; j++)
          guide[label * dim + j] -= hyper.serverRate * clip * vectors[row * dim + j];
      });
      return { state: null, down: { guide } };
    },
  },
});

testStrategy(fedL2g, {
  runner: { describe, it },
  only: [
    'definition/*',
    'messages/*',
    'determinism/same seed',
    'determinism/wire',
    'determinism/resume after round 3',
    'purity/*',
    'participation/a client without data',
    'learning/better than chance',
  ],
});

describe('FedL2G on the primitives of the learner', () => {
  it.each([0, 1])('has the second derivative through one step, with model %i', async (index) => {
    const { spec, parameters, train } = toyFederation({}).clients[index];
    const [guided, quiz] = train.batches({ batchSize: 12 });
    const { features: dim, classes } = spec;
    const rng = createRng('fedl2g');
    using backend = createOracleBackend();
    using learner = await backend.createLearner(spec, { parameters });
    const guide = Float32Array.from({ length: classes * dim }, () => rng.normal());
    const step = { guided, quiz, guide, rate: 2 };
    const table = await guideGradient(learner, step);
    const direction = guide.map(() => rng.normal());
    let slope = 0;
    table.classes.forEach((label, row) => {
      for (let j = 0; j < dim; j++) slope += table.vectors[row * dim + j] * direction[label * dim + j];
    });
    const by = 2 ** -10;
    const at = async (sign: number): Promise<number> =>
      (await quizLoss(learner, { ...step, guide: guide.map((x, k) => x + sign * by * direction[k]) })).loss;
    const measured = ((await at(1)) - (await at(-1))) / (2 * by);
    expect(measured / slope).toBeCloseTo(1, 3);
    expect(await learner.read('all')).toEqual(parameters);
  });
});
