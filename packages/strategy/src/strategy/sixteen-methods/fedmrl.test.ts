import { evaluateTerm, type Learner, type LossTerm, type ModelSpec } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import {
  defineStrategy,
  reduce,
  t,
  type ClientContext,
  type CreateLearner,
  type FederationInfo,
  type HyperSchema,
} from '../../index.ts';
import { testStrategy } from '../../testkit/index.ts';

/*
 * FedMRL (docs/adr/0002): a client predicts with its head on z' = A [z_g; z] + b, where z_g are the features of a shared
 * small model: what is evaluated is three networks, hence `client.evaluator`.
 */

const down = { helper: t.tensor(['G']) };

const projectorSpec = ({ helperModel, features }: FederationInfo): ModelSpec => {
  const inputs = helperModel!.spec.features + features;
  const dense = { kind: 'dense', name: 'A', inputs, outputs: features } as const;
  return { name: 'A', input: [inputs], features, classes: features, encoder: [dense], head: [] };
};

/** Rows of two matrices, side by side. */
function besides(left: Float32Array, right: Float32Array, size: number): Float32Array {
  const [a, b] = [left.length / size, right.length / size];
  return Float32Array.from({ length: left.length + right.length }, (_, i) => {
    const [row, column] = [Math.floor(i / (a + b)), i % (a + b)];
    return column < a ? left[row * a + column] : right[row * b + column - a];
  });
}

/** Columns `from` to `to` of a matrix. */
function columns(values: Float32Array, size: number, [from, to]: readonly [number, number]): Float32Array {
  const width = values.length / size;
  return Float32Array.from(
    { length: size * (to - from) },
    (_, i) => values[Math.floor(i / (to - from)) * width + from + (i % (to - from))],
  );
}

async function openNetworks(
  {
    createLearner,
    federation,
  }: { readonly createLearner: CreateLearner; readonly federation: FederationInfo },
  parameters: { readonly helper: Float32Array; readonly a: Float32Array },
): Promise<{ readonly helper: Learner; readonly projector: Learner }> {
  const helper = await createLearner(federation.helperModel!.spec, { parameters: parameters.helper });
  try {
    return {
      helper,
      projector: await createLearner(projectorSpec(federation), { parameters: parameters.a }),
    };
  } catch (error) {
    helper[Symbol.dispose]();
    throw error;
  }
}

const fedMrl = defineStrategy({
  id: 'fedmrl',
  version: 1,
  summary: 'The features of a small shared model are mixed into the own ones by a private projection.',
  hyper: {},
  down,
  up: down,
  capabilities: { helperModel: true, headsMayDiffer: true },
  axes: ({ federation }) => ({ G: federation.helperModel!.parameters.length }),
  client: {
    init: () => ({ a: null as Float32Array | null }),
    async round({ learner, createLearner, federation, down: received, state, data, local, rng, signal }) {
      const { features: d, helperModel } = federation;
      const s = helperModel!.spec.features;
      const bound = 1 / Math.sqrt(s + d);
      const a =
        state.a ?? Float32Array.from({ length: (s + d + 1) * d }, () => bound * (2 * rng.uniform() - 1));
      const { helper, projector } = await openNetworks(
        { createLearner, federation },
        { helper: received!.helper, a },
      );
      using resources = new DisposableStack();
      for (const network of [helper, projector]) resources.use(network);
      const { batchSize, optimiser } = local;
      for (let epoch = 0; epoch < local.epochs; epoch++) {
        for (const { inputs, labels, size, indices } of data.batches({
          batchSize,
          shuffle: rng.split('shuffle', epoch),
        })) {
          signal.throwIfAborted();
          const options = { mode: 'train', gradient: true, rng: rng.split(epoch, indices[0]) } as const;
          using own = await learner.forward(inputs, options);
          using small = await helper.forward(inputs, options);
          using mixed = await projector.forward(besides(small.features, own.features, size), options);
          using ownHead = await learner.forward(mixed.features, { ...options, from: 'features' });
          const first = columns(mixed.features, size, [0, s]);
          using smallHead = await helper.forward(first, { ...options, from: 'features' });
          const byMixed = (await ownHead.backward(
            { logits: byLogits(ownHead.logits, labels) },
            { inputs: true },
          ))!;
          const byFirst = (await smallHead.backward(
            { logits: byLogits(smallHead.logits, labels) },
            { inputs: true },
          ))!;
          byFirst.forEach((g, i) => (byMixed[Math.floor(i / s) * d + (i % s)] += g));
          const byBoth = (await mixed.backward({ features: byMixed }, { inputs: true }))!;
          await small.backward({ features: columns(byBoth, size, [0, s]) });
          await own.backward({ features: columns(byBoth, size, [s, s + d]) });
          for (const network of [learner, helper, projector]) await network.step({ optimiser });
        }
      }
      const sent = data.length === 0 ? null : { helper: await helper.read('all') };
      return { up: sent, state: { a: await projector.read('all') } };
    },
    /** With the server's small model, as released. */
    async evaluator({ learner, createLearner, federation, down: received, state }) {
      const a =
        state.a ??
        new Float32Array(
          (federation.helperModel!.spec.features + federation.features + 1) * federation.features,
        );
      const { helper, projector } = await openNetworks(
        { createLearner, federation },
        { helper: received!.helper, a },
      );
      return {
        async outputs(inputs) {
          using own = await learner.forward(inputs, { mode: 'eval' });
          using small = await helper.forward(inputs, { mode: 'eval' });
          using mixed = await projector.forward(besides(small.features, own.features, own.size), {
            mode: 'eval',
          });
          using head = await learner.forward(mixed.features, { mode: 'eval', from: 'features' });
          return { size: own.size, features: mixed.features, logits: head.logits };
        },
        [Symbol.dispose]() {
          helper[Symbol.dispose]();
          projector[Symbol.dispose]();
        },
      };
    },
    scores: ({ state }: ClientContext<HyperSchema, typeof down, { a: Float32Array | null }>, { logits }) =>
      state.a && logits,
  },
  server: {
    init: ({ federation }) => ({ state: null, down: { helper: federation.helperModel!.parameters } }),
    reduce: reduce.mean('helper'),
    finish: ({ reduced }) => ({ state: null, down: { helper: reduced } }),
  },
});

const crossEntropy: LossTerm = { kind: 'crossEntropy' };

function byLogits(logits: Float32Array, labels: Int32Array): Float32Array {
  const [batchSize, classes] = [labels.length, logits.length / labels.length];
  const inputs = { features: logits, logits, labels, batchSize, dim: classes, classes };
  return evaluateTerm(crossEntropy, inputs).logits!;
}

testStrategy(fedMrl, {
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

describe('the matrices of FedMRL', () => {
  it('are put side by side and taken apart again', () => {
    const [left, right] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6)];
    const both = besides(left, right, 2);
    expect([...both]).toEqual([1, 2, 5, 3, 4, 6]);
    expect(columns(both, 2, [0, 2])).toEqual(left);
    expect(columns(both, 2, [2, 3])).toEqual(right);
  });
});
