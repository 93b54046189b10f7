import {
  createRng,
  evaluateTerm,
  planModel,
  type ModelPlan,
  type ModelSpec,
  type TermInputs,
} from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createCodec,
  defineStrategy,
  number,
  reduce,
  t,
  type FederationInfo,
  type MessageValue,
} from '../../index.ts';
import { testStrategy, toyFederation } from '../../testkit/index.ts';

/*
 * FedKD (docs/adr/0002): a shared small model, a private matrix W from its features to the own ones, a joint loss that
 * divides by itself, and messages that are lists of singular value decompositions whose ranks nobody knows before.
 */

/** For each array of the model its rank (0 = sent as it is), and its numbers: columns of U, s, columns of V. */
const up = {
  ranks: t.tensor(['arrays'], { type: 'int32' }),
  factors: t.list(t.tensor(['?']), { maxItems: 4096 }),
};
type Compressed = MessageValue<typeof up>;

interface Svd {
  readonly u: readonly (readonly number[])[];
  readonly s: readonly number[];
  readonly v: readonly (readonly number[])[];
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i], 0);

/** A [m, n] = sum_k s_k u_k v_k^T by one-sided Jacobi: the columns of A are rotated until they are orthogonal. */
function svd(values: Float32Array, [m, n]: readonly [number, number]): Svd {
  const a = Array.from({ length: n }, (_, j) => Array.from({ length: m }, (__, i) => values[i * n + j]));
  const v = Array.from({ length: n }, (_, j) => Array.from({ length: n }, (__, i) => Number(i === j)));
  for (let sweep = 0, rotated = true; rotated && sweep < 60; sweep++) {
    rotated = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const [pp, qq, pq] = [dot(a[p], a[p]), dot(a[q], a[q]), dot(a[p], a[q])];
        if (Math.abs(pq) <= 1e-14 * Math.sqrt(pp * qq)) continue;
        rotated = true;
        const zeta = (qq - pp) / (2 * pq);
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const cosine = 1 / Math.sqrt(1 + tangent * tangent);
        for (const columns of [a, v]) {
          const [x, y] = [columns[p], columns[q]];
          columns[p] = x.map((_, i) => cosine * (x[i] - tangent * y[i]));
          columns[q] = x.map((_, i) => cosine * (tangent * x[i] + y[i]));
        }
      }
    }
  }
  const norms = a.map((column) => Math.sqrt(dot(column, column)));
  const order = [...norms.keys()].sort((i, j) => norms[j] - norms[i]);
  return {
    u: order.map((j) => a[j].map((x) => (norms[j] === 0 ? 0 : x / norms[j]))),
    s: order.map((j) => norms[j]),
    v: order.map((j) => v[j]),
  };
}

/** The fewest singular values whose squares exceed T of their sum; an array that this would not make smaller goes raw. */
function compress(plan: ModelPlan, parameters: Float32Array, energy: number): Compressed {
  const packed = plan.parameters.map(({ shape, offset, size }) => {
    const raw = parameters.slice(offset, offset + size);
    const [m, n] = [shape[0], size / shape[0]];
    if (shape.length < 2 || m === 1) return { rank: 0, factors: raw };
    const { u, s, v } = svd(raw, [m, n]);
    let kept = 0;
    const rank = s.findIndex((x) => (kept += x * x) > energy * dot(s, s)) + 1;
    if (rank === 0 || rank * (m + n + 1) >= size) return { rank: 0, factors: raw };
    const parts = [u.slice(0, rank).flat(), s.slice(0, rank), v.slice(0, rank).flat()];
    return { rank, factors: Float32Array.from(parts.flat()) };
  });
  return {
    ranks: Int32Array.from(packed, ({ rank }) => rank),
    factors: packed.map(({ factors }) => factors),
  };
}

/** The parameters again; null for ranks and lengths that do not fit, which the schema cannot tell. */
function decompress(plan: ModelPlan, { ranks, factors }: Compressed): Float32Array | null {
  const parameters = new Float32Array(plan.size.all);
  for (const [index, { shape, offset, size }] of plan.parameters.entries()) {
    const [m, n] = [shape[0], size / shape[0]];
    const [rank, values] = [ranks[index], factors[index]];
    if (values === undefined || rank < 0 || values.length !== (rank === 0 ? size : rank * (m + n + 1)))
      return null;
    if (rank === 0) parameters.set(values, offset);
    for (let k = 0; k < rank; k++) {
      for (let i = 0; i < size; i++) {
        const [row, column] = [Math.floor(i / n), i % n];
        parameters[offset + i] +=
          values[k * m + row] * values[rank * m + k] * values[rank * (m + 1) + k * n + column];
      }
    }
  }
  return parameters;
}

/** S = CE + CE_g and N = KLm(p_g || p) + KLm(p || p_g) + 2 MSE(z, u); the sum of both losses is S + N / S. */
function jointLoss(own: TermInputs, helper: TermInputs, projected: Float32Array) {
  const ce = evaluateTerm({ kind: 'crossEntropy' }, own);
  const ceHelper = evaluateTerm({ kind: 'crossEntropy' }, helper);
  const toOwn = mutual(own.logits, helper.logits, own.classes);
  const toHelper = mutual(helper.logits, own.logits, own.classes);
  const difference = own.features.map((z, i) => z - projected[i]);
  const mse = difference.reduce((sum, x) => sum + x * x, 0) / difference.length;
  const s = ce.value + ceHelper.value;
  const n = toOwn.value + toHelper.value + 2 * mse;
  const byS = 1 - n / s ** 2;
  return {
    value: s + n / s,
    own: ce.logits!.map((g, i) => byS * g + (toOwn.byLogits[i] + toHelper.byTargets[i]) / s),
    helper: ceHelper.logits!.map((g, i) => byS * g + (toHelper.byLogits[i] + toOwn.byTargets[i]) / s),
    features: difference.map((x) => (4 * x) / difference.length / s),
    projected: difference.map((x) => (-4 * x) / difference.length / s),
  };
}

/** KLm(softmax(t) || softmax(o)) with its gradients by o and by t. */
function mutual(logits: Float32Array, targets: Float32Array, classes: number) {
  const [byLogits, byTargets] = [new Float64Array(logits.length), new Float64Array(logits.length)];
  const logSoftmax = (values: Float32Array): number[] => {
    const log = Math.log(values.reduce((sum, x) => sum + Math.exp(x), 0));
    return [...values].map((x) => x - log);
  };
  let value = 0;
  for (let start = 0; start < logits.length; start += classes) {
    const [o, to] = [logits, targets].map((array) => logSoftmax(array.subarray(start, start + classes)));
    const kl = to.reduce((sum, x, k) => sum + Math.exp(x) * (x - o[k]), 0);
    value += kl / logits.length;
    to.forEach((x, k) => {
      byLogits[start + k] = (Math.exp(o[k]) - Math.exp(x)) / logits.length;
      byTargets[start + k] = (Math.exp(x) * (x - o[k] - kl)) / logits.length;
    });
  }
  return { value, byLogits, byTargets };
}

/** A matrix is a model without a head. */
const matrixSpec = (inputs: number, features: number): ModelSpec => ({
  name: 'W',
  input: [inputs],
  features,
  classes: features,
  encoder: [{ kind: 'dense', name: 'W', inputs, outputs: features, bias: false }],
  head: [],
});

const helperPlan = (federation: FederationInfo): ModelPlan => planModel(federation.helperModel!.spec);
const threshold = (
  round: number,
  { rounds }: FederationInfo,
  [start, end]: readonly [number, number],
): number => start + ((end - start) * round) / Math.max(1, rounds);

const fedKd = defineStrategy({
  id: 'fedkd',
  version: 1,
  summary: 'A small shared model is distilled with the own one and travels as singular vectors.',
  hyper: {
    start: number(0.95, { min: 0, max: 1, description: 'Energy kept in the first round.' }),
    end: number(0.98, { min: 0, max: 1, description: 'Energy kept in the last round.' }),
  },
  down: up,
  up,
  capabilities: { helperModel: true, headsMayDiffer: true },
  axes: ({ federation }) => ({ arrays: helperPlan(federation).parameters.length }),
  client: {
    init: () => ({ w: null as Float32Array | null }),
    async round({ learner, createLearner, federation, down, hyper, state, data, local, rng, round, signal }) {
      const plan = helperPlan(federation);
      const { features: s } = plan.spec;
      const { features: d, classes } = federation;
      const bound = 1 / Math.sqrt(s);
      const w = state.w ?? Float32Array.from({ length: s * d }, () => bound * (2 * rng.uniform() - 1));
      using helper = await createLearner(plan.spec, { parameters: decompress(plan, down!)! });
      using matrix = await createLearner(matrixSpec(s, d), { parameters: w });
      const { batchSize, optimiser } = local;
      for (let epoch = 0; epoch < local.epochs; epoch++) {
        for (const batch of data.batches({ batchSize, shuffle: rng.split('shuffle', epoch) })) {
          signal.throwIfAborted();
          const options = { mode: 'train', gradient: true, rng: rng.split(epoch, batch.indices[0]) } as const;
          using own = await learner.forward(batch.inputs, options);
          using small = await helper.forward(batch.inputs, options);
          using projected = await matrix.forward(small.features, options);
          const { labels, size } = batch;
          const inputs = (pass: typeof own, dim: number): TermInputs => ({
            ...pass,
            features: pass.features,
            logits: pass.logits,
            labels,
            batchSize: size,
            dim,
            classes,
          });
          const loss = jointLoss(inputs(own, d), inputs(small, s), projected.features);
          await own.backward({ features: loss.features, logits: loss.own });
          const bySmall = await projected.backward({ features: loss.projected }, { inputs: true });
          await small.backward({ features: bySmall, logits: loss.helper });
          for (const network of [learner, helper, matrix]) await network.step({ optimiser, clipNorm: 10 });
        }
      }
      const energy = threshold(round, federation, [hyper.start, hyper.end]);
      const sent = compress(plan, await helper.read('all'), energy);
      return { up: data.length === 0 ? null : sent, state: { w: await matrix.read('all') } };
    },
    scores: (_, { logits }) => logits,
  },
  server: {
    init: ({ federation, hyper }) => ({
      state: null,
      down: compress(helperPlan(federation), federation.helperModel!.parameters, hyper.start),
    }),
    // The sum of factors is not a factor of the sum: single uploads are needed.
    reduce: reduce.collect<Compressed>(),
    finish({ reduced, down, federation, hyper, round }) {
      const plan = helperPlan(federation);
      const mean = reduce.mean('parameters').start();
      const good = reduced.flatMap(({ upload, from }) => {
        const parameters = decompress(plan, upload);
        return parameters === null ? [] : [{ parameters, from }];
      });
      if (good.length === 0) return { state: null, down };
      for (const { parameters, from } of good) mean.add({ parameters }, from);
      const energy = threshold(round, federation, [hyper.start, hyper.end]);
      return { state: null, down: compress(plan, mean.result(), energy) };
    },
  },
});

testStrategy(fedKd, {
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

describe('FedKD on the primitives of the learner', () => {
  it('has the gradient of the joint loss by all three networks', async () => {
    const { clients, federation } = toyFederation({});
    const [batch] = clients[0].train.batches({ batchSize: 8 });
    const helperModel = federation.helperModel!;
    const rng = createRng('fedkd');
    using backend = createOracleBackend();
    const networks = await Promise.all([
      backend.createLearner(clients[0].spec, clients[0]),
      backend.createLearner(helperModel.spec, helperModel),
      backend.createLearner(matrixSpec(3, 6), {
        parameters: Float32Array.from({ length: 18 }, () => rng.normal()),
      }),
    ]);
    const loss = async (back: boolean): Promise<number> => {
      const options = { mode: 'train', gradient: true } as const;
      using own = await networks[0].forward(batch.inputs, options);
      using small = await networks[1].forward(batch.inputs, options);
      using projected = await networks[2].forward(small.features, options);
      const shared = { labels: batch.labels, batchSize: 8, classes: 4 };
      const [a, b] = [own, small].map(({ features, logits }, i) => ({
        features,
        logits,
        ...shared,
        dim: [6, 3][i],
      }));
      const result = jointLoss(a, b, projected.features);
      if (back) {
        await own.backward({ features: result.features, logits: result.own });
        const bySmall = await projected.backward({ features: result.projected }, { inputs: true });
        await small.backward({ features: bySmall, logits: result.helper });
      }
      return result.value;
    };
    await loss(true);
    for (const network of networks) {
      const [gradient, at] = [await network.gradients(), await network.read('all')];
      const direction = at.map(() => rng.normal());
      const slope = gradient.reduce((sum, g, k) => sum + g * direction[k], 0);
      const step = 2 ** -11;
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

  it('sends lists of arrays of unknown rank: exact with all energy, smaller with less, raw where factors are larger', () => {
    const spec: ModelSpec = {
      ...toyFederation({}).federation.helperModel!.spec,
      input: [16],
      encoder: [
        { kind: 'dense', name: 'base', inputs: 16, outputs: 12 },
        { kind: 'dense', name: 'last', inputs: 12, outputs: 3 },
      ],
    };
    const plan = planModel(spec);
    const codec = createCodec(up, { axes: { arrays: plan.parameters.length }, what: 'up' });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(1000), (rank, seed) => {
        const rng = createRng(seed);
        const parameters = Float32Array.from({ length: plan.size.all }, () => rng.normal());
        const [a, b] = [12, 16].map((n) => Array.from({ length: rank * n }, () => rng.normal()));
        for (let i = 0; i < 192; i++) {
          parameters[i] = 0;
          for (let k = 0; k < rank; k++)
            parameters[i] += a[k * 12 + Math.floor(i / 16)] * b[k * 16 + (i % 16)];
        }
        const bytes = codec.encode(compress(plan, parameters, 1 - 1e-9));
        const sent = codec.decode(bytes);
        expect([...sent.ranks]).toEqual([rank, 0, 0, 0, 0, 0]);
        expect(bytes.length).toBeLessThan(4 * plan.size.all);
        const back = decompress(plan, sent)!;
        expect(Math.max(...back.map((x, i) => Math.abs(x - parameters[i])))).toBeLessThan(1e-4);
      }),
      { seed: 9, numRuns: 8 },
    );
  });
});
