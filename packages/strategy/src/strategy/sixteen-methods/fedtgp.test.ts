import { createRng, PrototypeSums, type ModelSpec, type Prototypes } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import {
  defineStrategy,
  integer,
  number,
  reduce,
  t,
  trainLocally,
  type FederationInfo,
  type MessageValue,
} from '../../index.ts';
import { testStrategy } from '../../testkit/index.ts';

/*
 * FedTGP (docs/adr/0002): the server trains a network T of its own that gives a prototype for each class, also for classes
 * that nobody sent, so that the distances of clients' class means to T have a margin.
 */

/** An embedding is a dense layer on one-hot classes; a network without a head has as many classes as features. */
const generatorSpec = ({ classes, features }: Pick<FederationInfo, 'classes' | 'features'>): ModelSpec => ({
  name: 'prototypes of classes',
  input: [classes],
  features,
  classes: features,
  encoder: [
    { kind: 'dense', name: 'embedding', inputs: classes, outputs: features, bias: false },
    { kind: 'dense', name: 'middle', inputs: features, outputs: features },
    { kind: 'activation', function: 'relu' },
    { kind: 'dense', name: 'last', inputs: features, outputs: features },
  ],
  head: [],
});

const oneHot = (classes: number): Float32Array =>
  Float32Array.from({ length: classes * classes }, (_, i) => Number(i % (classes + 1) === 0));

/** CE(-D, y) with D = |p - T_c| + margin [c = y], and its gradient by T, shape [C, d]. */
function marginLoss(
  prototypes: readonly { readonly label: number; readonly vector: Float32Array }[],
  targets: Float32Array,
  { classes, dim, margin }: { readonly classes: number; readonly dim: number; readonly margin: number },
): { readonly value: number; readonly gradient: Float32Array } {
  const gradient = new Float32Array(targets.length);
  let value = 0;
  for (const { label, vector } of prototypes) {
    const distances = Array.from({ length: classes }, (_, c) =>
      Math.hypot(...vector.map((x, j) => x - targets[c * dim + j])),
    );
    const scores = distances.map((distance, c) => -distance - (c === label ? margin : 0));
    const largest = Math.max(...scores);
    const sum = scores.reduce((total, score) => total + Math.exp(score - largest), 0);
    value += (largest + Math.log(sum) - scores[label]) / prototypes.length;
    distances.forEach((distance, c) => {
      if (distance === 0) return;
      const byDistance = (Number(c === label) - Math.exp(scores[c] - largest) / sum) / prototypes.length;
      vector.forEach(
        (x, j) => (gradient[c * dim + j] += (byDistance * (targets[c * dim + j] - x)) / distance),
      );
    });
  }
  return { value, gradient };
}

const up = { prototypes: t.prototypes('d') };

const fedTgp = defineStrategy({
  id: 'fedtgp',
  version: 1,
  summary: 'The server trains prototypes that keep a margin; clients pull their features to them.',
  hyper: {
    lambda: number(1, { min: 0, max: 100, description: 'Weight of the pull.' }),
    serverEpochs: integer(30, { min: 1, max: 1000, description: 'Passes over the class means.' }),
    serverRate: number(0.05, { min: 0, max: 1, description: 'Learning rate of the server.' }),
    largestMargin: number(100, { min: 0, max: 1000, description: 'Bound of the margin.' }),
  },
  down: { prototypes: t.prototypes('d') },
  up,
  capabilities: { headsMayDiffer: true },
  client: {
    init: () => null,
    async round(context) {
      const { learner, data, local, federation, down, hyper } = context;
      const { features } = federation;
      const means = new PrototypeSums(features, 'samples');
      for (const { inputs, labels, size } of data.batches({ batchSize: local.batchSize })) {
        using pass = await learner.forward(inputs, { mode: 'eval' }); // the model of the round before, as released
        for (let i = 0; i < size; i++) {
          const vectors = pass.features.slice(i * features, (i + 1) * features);
          means.add({ dim: features, classes: labels.slice(i, i + 1), counts: Float64Array.of(1), vectors });
        }
      }
      const pull = down && { kind: 'pull' as const, prototypes: down.prototypes, weight: hyper.lambda };
      await trainLocally(context, { terms: [{ kind: 'crossEntropy' }, ...(pull ? [pull] : [])] });
      return { up: data.length === 0 ? null : { prototypes: means.mean() }, state: null };
    },
    scores: ({ down, federation: { classes, features: dim } }, { features, size }) =>
      (down &&
        Float64Array.from({ length: size * classes }, (_, i) => {
          const [sample, c] = [Math.floor(i / classes), i % classes];
          const z = features.subarray(sample * dim, (sample + 1) * dim);
          return -Math.hypot(...z.map((x, j) => x - down.prototypes.vectors[c * dim + j]));
        })) ||
      null,
  },
  server: {
    init({ federation, rng }) {
      const size = createRngParameters(federation);
      return { state: { parameters: size.map(() => 0.5 * rng.normal()) as Float32Array }, down: undefined };
    },
    reduce: reduce.collect<MessageValue<typeof up>>(),
    async finish({ reduced, state, federation, hyper, createLearner, rng, signal }) {
      const { classes, features: dim } = federation;
      using network = await createLearner(generatorSpec(federation), { parameters: state.parameters });
      const rows = reduced.flatMap(
        ({
          upload: {
            prototypes: { classes: labels, vectors },
          },
        }) => [...labels].map((label, row) => ({ label, vector: vectors.slice(row * dim, (row + 1) * dim) })),
      );
      const margin = Math.min(
        largestGap(
          reduced.map(({ upload }) => upload.prototypes),
          dim,
        ),
        hyper.largestMargin,
      );
      for (let epoch = 0; epoch < hyper.serverEpochs; epoch++) {
        rng.split('shuffle', epoch).shuffle(rows);
        for (let start = 0; start < rows.length; start += 10) {
          signal.throwIfAborted();
          using pass = await network.forward(oneHot(classes), { mode: 'train', gradient: true });
          const { gradient } = marginLoss(rows.slice(start, start + 10), pass.features, {
            classes,
            dim,
            margin,
          });
          await pass.backward({ features: gradient });
          await network.step({ optimiser: { kind: 'sgd', learningRate: hyper.serverRate } });
        }
      }
      using pass = await network.forward(oneHot(classes), { mode: 'eval' });
      const prototypes = {
        dim,
        classes: Int32Array.from({ length: classes }, (_, c) => c),
        counts: new Float64Array(classes).fill(1), // rows that are no means of samples stand for one
        vectors: pass.features,
      };
      return { state: { parameters: await network.read('all') }, down: { prototypes } };
    },
  },
});

function createRngParameters({ classes, features }: FederationInfo): Float32Array {
  return new Float32Array(classes * features + 2 * (features * features + features));
}

/** The largest over classes of the smallest distance between means of classes. */
function largestGap(tables: readonly Prototypes[], dim: number): number {
  const sums = new PrototypeSums(dim);
  tables.forEach((table) => sums.add(table));
  const { classes, vectors } = sums.mean();
  const row = (i: number): Float32Array => vectors.subarray(i * dim, (i + 1) * dim);
  const gaps = [...classes.keys()].map((i) =>
    Math.min(
      ...[...classes.keys()]
        .filter((j) => j !== i)
        .map((j) => Math.hypot(...row(i).map((x, k) => x - row(j)[k]))),
    ),
  );
  return Math.max(0, ...gaps.filter(Number.isFinite));
}

testStrategy(fedTgp, {
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

describe('FedTGP on the primitives of the learner', () => {
  it('has the gradient of the margin loss by the server network', async () => {
    const federation = { classes: 4, features: 6 };
    const rng = createRng('fedtgp');
    const parameters = createRngParameters(federation as FederationInfo).map(() => rng.normal());
    const rows = Array.from({ length: 7 }, (_, i) => ({
      label: i % 4,
      vector: Float32Array.from({ length: 6 }, () => rng.normal()),
    }));
    using backend = createOracleBackend();
    using network = await backend.createLearner(generatorSpec(federation), { parameters });
    const settings = { classes: 4, dim: 6, margin: 0.7 };
    const loss = async (): Promise<number> => {
      using pass = await network.forward(oneHot(4), { mode: 'train' });
      return marginLoss(rows, pass.features, settings).value;
    };
    using pass = await network.forward(oneHot(4), { mode: 'train', gradient: true });
    await pass.backward({ features: marginLoss(rows, pass.features, settings).gradient });
    const gradient = await network.gradients();
    const direction = parameters.map(() => rng.normal());
    const slope = gradient.reduce((sum, g, k) => sum + g * direction[k], 0);
    const step = 2 ** -11;
    const moved = async (by: number): Promise<number> => {
      await network.write(
        'all',
        parameters.map((x, k) => x + by * direction[k]),
      );
      return loss();
    };
    expect(((await moved(step)) - (await moved(-step))) / (2 * step) / slope).toBeCloseTo(1, 3);
  });
});
