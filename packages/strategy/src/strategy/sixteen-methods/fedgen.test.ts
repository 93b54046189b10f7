import {
  evaluateTerm,
  planModel,
  trainStep,
  type LayerSpec,
  type ModelSpec,
  type Rng,
} from '@protonorm/tensor';
import { describe, it } from 'vitest';
import { defineStrategy, integer, number, reduce, t, type FederationInfo } from '../../index.ts';
import { testStrategy } from '../../testkit/index.ts';

/*
 * FedGen (docs/adr/0002): clients share heads and, once, their label counts; the server trains a generator of features
 * through the mean of the heads and sends it; clients train their head on its features too.
 */

const noise = 3;

/** The generator is the encoder of a model whose head is the common one: a step of the part 'encoder' trains it alone. */
function generatorSpec({ classes, features, commonHead }: FederationInfo, hidden: number): ModelSpec {
  const dense = (name: string, inputs: number, outputs: number): LayerSpec => ({
    kind: 'dense',
    name,
    inputs,
    outputs,
  });
  return {
    name: 'generator',
    input: [noise + classes],
    features,
    classes,
    encoder: [
      dense('W1', noise + classes, hidden),
      { kind: 'batchNorm', name: 'bn', channels: hidden },
      { kind: 'activation', function: 'relu' },
      dense('W2', hidden, features),
    ],
    head: commonHead!.layers,
  };
}

/** Labels from the counts of all clients, and [noise; one-hot] for each, shape [n, noise + C]. */
function draw(
  rng: Rng,
  counts: ArrayLike<number>,
  size: number,
): { inputs: Float32Array; labels: Int32Array } {
  const total = Array.from(counts).reduce((sum, n) => sum + n, 0);
  const width = noise + counts.length;
  const [inputs, labels] = [new Float32Array(size * width), new Int32Array(size)];
  for (let i = 0; i < size; i++) {
    let rest = rng.uniform() * total;
    while (labels[i] < counts.length - 1 && rest >= counts[labels[i]]) rest -= counts[labels[i]++];
    for (let j = 0; j < noise; j++) inputs[i * width + j] = rng.uniform();
    inputs[i * width + noise + labels[i]] = 1;
  }
  return { inputs, labels };
}

const fedGen = defineStrategy({
  id: 'fedgen',
  version: 1,
  summary: 'A generator of features, trained by the server, stands in for the classes that a client lacks.',
  hyper: {
    hidden: integer(16, { min: 1, max: 4096, description: 'Width of the generator.' }),
    serverEpochs: integer(20, { min: 1, max: 1000, description: 'Steps of the generator in a round.' }),
    serverRate: number(0.01, { min: 0, max: 1, description: 'Learning rate of the generator.' }),
  },
  down: {
    head: t.tensor(['H']),
    generator: t.tensor(['G']),
    buffers: t.tensor(['B']),
    counts: t.optional(t.tensor(['C'])),
  },
  up: {
    head: t.tensor(['H']),
    samples: t.scalar({ min: 1, integer: true }),
    counts: t.optional(t.tensor(['C'], { type: 'int32' })),
  },
  capabilities: {},
  axes({ federation, hyper }) {
    const { size } = planModel(generatorSpec(federation, hyper.hidden));
    return { G: size.encoder, B: size.buffers };
  },
  client: {
    init: () => ({ toldCounts: false as boolean }),
    receive: ({ learner, down }) => learner.write('head', down!.head),
    async round({ learner, createLearner, federation, down, hyper, state, data, local, rng, signal }) {
      const { head, generator: encoder, buffers, counts } = down!;
      const parameters = Float32Array.of(...encoder, ...head);
      using generator = await createLearner(generatorSpec(federation, hyper.hidden), { parameters, buffers });
      const { batchSize, optimiser } = local;
      let step = 0;
      for (let epoch = 0; epoch < local.epochs; epoch++) {
        for (const { inputs, labels } of data.batches({ batchSize, shuffle: rng.split('shuffle', epoch) })) {
          signal.throwIfAborted();
          const stream = rng.split('step', step++);
          if (counts !== undefined) {
            const drawn = draw(stream.split('labels'), counts, batchSize);
            using features = await generator.forward(drawn.inputs, { mode: 'train' });
            // A second pass of the head; its gradient is gathered with that of the samples below.
            using pass = await learner.forward(features.features, {
              mode: 'train',
              gradient: true,
              from: 'features',
              rng: stream.split('head'),
            });
            const shape = {
              labels: drawn.labels,
              batchSize,
              dim: federation.features,
              classes: federation.classes,
            };
            await pass.backward(
              evaluateTerm(
                { kind: 'crossEntropy' },
                { features: pass.features, logits: pass.logits, ...shape },
              ),
            );
          }
          await trainStep(
            learner,
            { inputs, labels },
            { terms: [{ kind: 'crossEntropy' }], optimiser, rng: stream.split('dropout') },
          );
        }
      }
      if (data.length === 0) return { up: null, state };
      const up = { head: await learner.read('head'), samples: data.length };
      return {
        up: state.toldCounts ? up : { ...up, counts: data.classCounts() },
        state: { toldCounts: true },
      };
    },
    scores: (_, { logits }) => logits,
  },
  server: {
    init({ federation, hyper, rng }) {
      const { size, parameters } = planModel(generatorSpec(federation, hyper.hidden));
      const generator = new Float32Array(size.encoder);
      for (const { part, offset, size: length, role, layer } of parameters) {
        if (part === 'head') continue;
        const bound = layer.kind === 'dense' ? 1 / Math.sqrt(layer.inputs) : 0;
        for (let i = 0; i < length; i++) {
          generator[offset + i] =
            layer.kind === 'batchNorm' ? Number(role === 'weight') : bound * (2 * rng.uniform() - 1);
        }
      }
      const buffers = Float32Array.from({ length: size.buffers }, (_, i) => Number(i >= hyper.hidden));
      return {
        state: { counts: new Float64Array(federation.classes) },
        down: { head: federation.commonHead!.parameters, generator, buffers },
      };
    },
    // For a linear head the weighted mean of the heads gives the weighted mean of their logits: sums are enough.
    reduce: reduce.combine({ head: reduce.weightedMean('head', 'samples'), counts: reduce.sum('counts') }),
    async finish({
      reduced: { head, counts: told },
      state,
      down,
      federation,
      hyper,
      createLearner,
      rng,
      signal,
    }) {
      const counts = state.counts.map((n, label) => n + (told?.[label] ?? 0));
      const parameters = Float32Array.of(...down!.generator, ...head);
      using generator = await createLearner(generatorSpec(federation, hyper.hidden), {
        parameters,
        buffers: down!.buffers,
      });
      for (let step = 0; step < hyper.serverEpochs && counts.some((n) => n > 0); step++) {
        signal.throwIfAborted();
        await trainStep(generator, draw(rng.split('labels', step), counts, 12), {
          terms: [{ kind: 'crossEntropy' }],
          optimiser: { kind: 'adam', learningRate: hyper.serverRate },
          part: 'encoder',
        });
      }
      const [trained, buffers] = [await generator.read('encoder'), await generator.read('buffers')];
      return {
        state: { counts },
        down: { head, generator: trained, buffers, counts: Float32Array.from(counts) },
      };
    },
  },
});

testStrategy(fedGen, {
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
