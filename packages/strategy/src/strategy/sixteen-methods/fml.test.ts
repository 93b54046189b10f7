import { createRng, evaluateTerm, type TermInputs } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { defineStrategy, number, reduce, t } from '../../index.ts';
import { testStrategy, toyFederation } from '../../testkit/index.ts';

/*
 * FML (docs/adr/0002): two networks step together and nothing is detached, so each loss goes back into both networks:
 * L = alpha CE(o, y) + (1 - alpha) KLm(p_g || p) + beta CE(o_g, y) + (1 - beta) KLm(p || p_g).
 */

interface JointLoss {
  readonly value: number;
  readonly own: Float32Array;
  readonly helper: Float32Array;
}

/** The joint loss and its gradients by both logits; the term 'mutual' alone would hold its targets fixed. */
function jointLoss(
  own: TermInputs,
  helper: TermInputs,
  { alpha, beta }: { readonly alpha: number; readonly beta: number },
): JointLoss {
  const parts = [
    [alpha, evaluateTerm({ kind: 'crossEntropy' }, own), 'own'],
    [beta, evaluateTerm({ kind: 'crossEntropy' }, helper), 'helper'],
    [1 - alpha, evaluateTerm({ kind: 'mutual', targets: helper.logits }, own), 'own'],
    [1 - beta, evaluateTerm({ kind: 'mutual', targets: own.logits }, helper), 'helper'],
  ] as const;
  const gradients = { own: new Float32Array(own.logits.length), helper: new Float32Array(own.logits.length) };
  let value = 0;
  for (const [weight, result, side] of parts) {
    value += weight * result.value;
    result.logits!.forEach((g, i) => (gradients[side][i] += weight * g));
  }
  targetGradient(own.logits, helper.logits, own.classes).forEach(
    (g, i) => (gradients.helper[i] += (1 - alpha) * g),
  );
  targetGradient(helper.logits, own.logits, own.classes).forEach(
    (g, i) => (gradients.own[i] += (1 - beta) * g),
  );
  return { value, ...gradients };
}

/** d KLm(softmax(t) || softmax(o)) / dt = t_k (log t_k - log o_k - KL of the row) / (B C). */
function targetGradient(logits: Float32Array, targets: Float32Array, classes: number): Float64Array {
  const gradient = new Float64Array(targets.length);
  for (let start = 0; start < targets.length; start += classes) {
    const [o, t] = [logSoftmax(logits, start, classes), logSoftmax(targets, start, classes)];
    const kl = t.reduce((sum, x, k) => sum + Math.exp(x) * (x - o[k]), 0);
    t.forEach((x, k) => (gradient[start + k] = (Math.exp(x) * (x - o[k] - kl)) / targets.length));
  }
  return gradient;
}

function logSoftmax(values: Float32Array, start: number, classes: number): Float64Array {
  const row = Float64Array.from(values.subarray(start, start + classes));
  const largest = Math.max(...row);
  const log = largest + Math.log(row.reduce((sum, x) => sum + Math.exp(x - largest), 0));
  return row.map((x) => x - log);
}

const fml = defineStrategy({
  id: 'fml',
  version: 1,
  summary: 'A small shared model learns together with the own one.',
  hyper: {
    alpha: number(0.5, { min: 0, max: 1, description: 'Weight of the labels for the own model.' }),
    beta: number(0.5, { min: 0, max: 1, description: 'Weight of the labels for the shared model.' }),
  },
  down: { helper: t.tensor(['G']) },
  up: { helper: t.tensor(['G']) },
  capabilities: { helperModel: true, headsMayDiffer: true },
  axes: ({ federation }) => ({ G: federation.helperModel!.parameters.length }),
  client: {
    init: () => null,
    async round({ learner, createLearner, federation, down, hyper, data, local, rng, signal }) {
      const { batchSize, optimiser } = local;
      using helper = await createLearner(federation.helperModel!.spec, { parameters: down!.helper });
      for (let epoch = 0; epoch < local.epochs; epoch++) {
        for (const batch of data.batches({ batchSize, shuffle: rng.split('shuffle', epoch) })) {
          signal.throwIfAborted();
          const shape = { labels: batch.labels, batchSize: batch.size, classes: federation.classes };
          const options = { mode: 'train', gradient: true, rng: rng.split(epoch, batch.indices[0]) } as const;
          using own = await learner.forward(batch.inputs, options);
          using other = await helper.forward(batch.inputs, options);
          const inputs = (pass: typeof own, dim: number): TermInputs => ({
            ...shape,
            features: pass.features,
            logits: pass.logits,
            dim,
          });
          const loss = jointLoss(
            inputs(own, federation.features),
            inputs(other, helper.plan.spec.features),
            hyper,
          );
          await own.backward({ logits: loss.own });
          await other.backward({ logits: loss.helper });
          await learner.step({ optimiser, clipNorm: 10 });
          await helper.step({ optimiser, clipNorm: 10 });
        }
      }
      return { up: data.length === 0 ? null : { helper: await helper.read('all') }, state: null };
    },
    scores: (_, { logits }) => logits,
  },
  server: {
    init: ({ federation }) => ({ state: null, down: { helper: federation.helperModel!.parameters } }),
    reduce: reduce.mean('helper'),
    finish: ({ reduced }) => ({ state: null, down: { helper: reduced } }),
  },
});

testStrategy(fml, {
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

describe('FML on the primitives of the learner', () => {
  it('has the gradient of the joint loss by the parameters of both networks', async () => {
    const { clients, federation } = toyFederation({});
    const { spec: helperSpec, parameters: helperParameters } = federation.helperModel!;
    const { spec, parameters, train } = clients[0];
    const [batch] = train.batches({ batchSize: 8 });
    using backend = createOracleBackend();
    const networks = [
      await backend.createLearner(spec, { parameters }),
      await backend.createLearner(helperSpec, { parameters: helperParameters }),
    ];
    const loss = async (back: boolean): Promise<number> => {
      const passes = await Promise.all(
        networks.map((network) => network.forward(batch.inputs, { mode: 'train', gradient: true })),
      );
      const [own, helper] = passes.map(({ features, logits }, i) => ({
        features,
        logits,
        labels: batch.labels,
        batchSize: batch.size,
        classes: federation.classes,
        dim: networks[i].plan.spec.features,
      }));
      const result = jointLoss(own, helper, { alpha: 0.3, beta: 0.6 });
      if (back) {
        await passes[0].backward({ logits: result.own });
        await passes[1].backward({ logits: result.helper });
      }
      return result.value;
    };
    await loss(true);
    for (const [i, network] of networks.entries()) {
      const gradient = await network.gradients();
      const at = await network.read('all');
      const rng = createRng('direction').split(i);
      const direction = at.map(() => rng.normal());
      const slope = gradient.reduce((sum, g, k) => sum + g * direction[k], 0);
      const step = 2 ** -10;
      const moved = async (by: number): Promise<number> => {
        await network.write(
          'all',
          at.map((x, k) => x + by * direction[k]),
        );
        return loss(false);
      };
      const measured = ((await moved(step)) - (await moved(-step))) / (2 * step);
      await network.write('all', at);
      expect(measured / slope).toBeCloseTo(1, 3);
    }
  });
});
