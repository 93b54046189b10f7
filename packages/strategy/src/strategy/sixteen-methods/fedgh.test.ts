import { PrototypeSums, trainStep, type ModelSpec, type Prototypes } from '@protonorm/tensor';
import { describe, it } from 'vitest';
import { defineStrategy, integer, number, reduce, t, trainLocally, type MessageValue } from '../../index.ts';
import { testStrategy } from '../../testkit/index.ts';

/* FedGH (docs/adr/0002): clients send class means, the server trains one head on them and sends it to all. */

const up = { prototypes: t.prototypes('d') };

const fedGh = defineStrategy({
  id: 'fedgh',
  version: 1,
  summary: 'The server trains a common head on the class means of the clients.',
  hyper: {
    serverEpochs: integer(20, { min: 1, max: 1000, description: 'Passes over the class means.' }),
    serverRate: number(0.05, { min: 0, max: 1, description: 'Learning rate of the head.' }),
  },
  down: { head: t.tensor(['H']) },
  up,
  capabilities: {},
  client: {
    init: () => null,
    receive: ({ learner, down }) => learner.write('head', down!.head),
    async round(context) {
      await trainLocally(context, { terms: [{ kind: 'crossEntropy' }] });
      const { learner, data, local, federation } = context;
      const means = new PrototypeSums(federation.features, 'samples');
      for (const { inputs, labels, size } of data.batches({ batchSize: local.batchSize })) {
        using pass = await learner.forward(inputs, { mode: 'eval' });
        for (let i = 0; i < size; i++) means.add(single(labels[i], pass.features, [i, federation.features]));
      }
      return { up: data.length === 0 ? null : { prototypes: means.mean() }, state: null };
    },
    scores: (_, { logits }) => logits,
  },
  server: {
    init: ({ federation }) => ({ state: null, down: { head: federation.commonHead!.parameters } }),
    reduce: reduce.collect<MessageValue<typeof up>>(),
    async finish({ reduced, down, federation, hyper, createLearner, rng, signal }) {
      const { features, classes, commonHead } = federation;
      // A head alone is a model whose encoder has no layers.
      const spec: ModelSpec = {
        name: 'head',
        input: [features],
        features,
        classes,
        encoder: [],
        head: commonHead!.layers,
      };
      using head = await createLearner(spec, { parameters: down!.head });
      const rows = reduced.flatMap(({ upload: { prototypes } }) =>
        [...prototypes.classes].map((label, row) => single(label, prototypes.vectors, [row, features])),
      );
      for (let epoch = 0; epoch < hyper.serverEpochs; epoch++) {
        rng.split('shuffle', epoch).shuffle(rows);
        for (let start = 0; start < rows.length; start += 10) {
          signal.throwIfAborted();
          const batch = rows.slice(start, start + 10);
          await trainStep(
            head,
            {
              inputs: Float32Array.from(batch.flatMap(({ vectors }) => [...vectors])),
              labels: Int32Array.from(batch, ({ classes: [label] }) => label),
            },
            { terms: [{ kind: 'crossEntropy' }], optimiser: { kind: 'sgd', learningRate: hyper.serverRate } },
          );
        }
      }
      return { state: null, down: { head: await head.read('head') } };
    },
  },
});

/** The table of one vector. */
function single(label: number, vectors: Float32Array, [row, dim]: readonly [number, number]): Prototypes {
  const vector = vectors.slice(row * dim, (row + 1) * dim);
  return { dim, classes: Int32Array.of(label), counts: Float64Array.of(1), vectors: vector };
}

testStrategy(fedGh, { runner: { describe, it } });
