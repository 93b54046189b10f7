import {
  createRng,
  isProtoNormError,
  trainStep,
  type Backend,
  type Batch,
  type Learner,
} from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import type { HyperSchema } from '../hyper/hyperparameter.ts';
import type { MessageSchema } from '../schema/field.ts';
import type { ClientRoundContext, LocalTraining } from '../strategy/strategy.ts';
import { toyFederation } from '../testkit/runner/toy-federation.ts';
import { trainLocally } from './train-locally.ts';

type Context = ClientRoundContext<HyperSchema, MessageSchema, unknown>;

const crossEntropy = [{ kind: 'crossEntropy' as const }];
const toy = toyFederation({});
const { spec, parameters } = toy.clients[1]; // with batch normalisation and dropout
const { train } = toy.clients[1]; // 24 samples

async function contextOf(backend: Backend, local: Partial<LocalTraining> = {}): Promise<Context> {
  const { federation } = toy;
  const learner = await backend.createLearner(spec, { parameters });
  return {
    clientId: 'b',
    federation,
    hyper: {},
    round: 0,
    down: undefined,
    state: null,
    learner,
    createLearner: backend.createLearner.bind(backend),
    signal: new AbortController().signal,
    data: train,
    local: { ...toy.local, epochs: 2, batchSize: 10, ...local },
    rng: createRng(3),
  };
}

const numbers = async (learner: Learner): Promise<readonly Float32Array[]> => [
  await learner.read('all'),
  await learner.read('buffers'),
];

describe('trainLocally', () => {
  it('is the loop over epochs and batches, with streams of their own for order and dropout', async () => {
    using backend = createOracleBackend();
    const context = await contextOf(backend);
    const seen: number[] = [];
    const report = await trainLocally(context, {
      terms: crossEntropy,
      onBatch: ({ loss }, { size }) => seen.push(loss, size),
    });

    const plain = await contextOf(backend);
    const expected: number[] = [];
    let step = 0;
    for (const epoch of [0, 1]) {
      for (const batch of train.batches({ batchSize: 10, shuffle: plain.rng.split('shuffle', epoch) })) {
        const { loss } = await trainStep(plain.learner, batch, {
          terms: crossEntropy,
          optimiser: plain.local.optimiser,
          rng: plain.rng.split('dropout', epoch, step++),
        });
        expected.push(loss, batch.size);
      }
    }
    expect(seen).toEqual(expected);
    expect(report.steps).toBe(6);
    expect(report.samples).toBe(48);
    expect(report.meanLoss).toBeCloseTo(
      expected.filter((_, i) => i % 2 === 0).reduce((a, b) => a + b) / 6,
      12,
    );
    expect(await numbers(context.learner)).toEqual(await numbers(plain.learner));
  });

  it('keeps the order of the partition without shuffling', async () => {
    using backend = createOracleBackend();
    const orders: number[][] = [[], []];
    for (const [i, shuffle] of [false, true].entries()) {
      const context = await contextOf(backend, { shuffle });
      await trainLocally(context, {
        terms: crossEntropy,
        onBatch: (_, { indices }) => orders[i].push(...indices),
      });
    }
    expect(orders[0]).toEqual([...train.indices, ...train.indices]);
    expect(orders[1].slice(0, 24).toSorted()).toEqual([...train.indices].toSorted());
    expect(orders[1].slice(0, 24)).not.toEqual(orders[1].slice(24));
  });

  it('leaves out a last batch that is not full, and trains on nothing without a full one', async () => {
    using backend = createOracleBackend();
    const context = await contextOf(backend, { dropLast: true });
    expect(await trainLocally(context, { terms: crossEntropy })).toMatchObject({ steps: 4, samples: 40 });
    const small = await contextOf(backend, { dropLast: true, batchSize: 25 });
    const before = await numbers(small.learner);
    expect(await trainLocally(small, { terms: crossEntropy })).toEqual({ steps: 0, samples: 0, meanLoss: 0 });
    const empty = { ...small, data: toy.nothing };
    expect(await trainLocally(empty, { terms: crossEntropy })).toEqual({ steps: 0, samples: 0, meanLoss: 0 });
    expect(await numbers(small.learner)).toEqual(before);
  });

  it('makes terms for each batch where asked, and shows the features before the step', async () => {
    using backend = createOracleBackend();
    const context = await contextOf(backend, { epochs: 1, batchSize: 24, shuffle: false });
    const frozen = await contextOf(backend);
    const batches: Batch[] = [];
    let features: Float32Array | undefined;
    await trainLocally(context, {
      terms: (batch) => {
        batches.push(batch);
        return crossEntropy;
      },
      onBatch: (report) => (features = report.features),
    });
    const [batch] = train.batches({ batchSize: 24 });
    expect(batches).toHaveLength(1);
    expect(batches[0].labels).toEqual(batch.labels);
    const rng = frozen.rng.split('dropout', 0, 0);
    using pass = await frozen.learner.forward(batch.inputs, { mode: 'train', rng });
    expect(features).toEqual(pass.features);
  });

  it('hands part, clipping and the proximal pull to the step', async () => {
    using backend = createOracleBackend();
    const context = await contextOf(backend);
    const encoder = await context.learner.read('encoder');
    await trainLocally(context, { terms: crossEntropy, part: 'head', clipNorm: 0.1 });
    expect(await context.learner.read('encoder')).toEqual(encoder);
    expect(await context.learner.read('all')).not.toEqual(parameters);

    const moved = async (weight: number): Promise<number> => {
      const { learner, ...rest } = await contextOf(backend, { epochs: 5 });
      await trainLocally(
        { ...rest, learner },
        { terms: crossEntropy, proximal: { weight, reference: parameters } },
      );
      const after = await learner.read('all');
      return Math.hypot(...after.map((x, i) => x - parameters[i]));
    };
    expect(await moved(10)).toBeLessThan(0.5 * (await moved(0)));
  });

  it('stops between two batches when its signal is aborted', async () => {
    using backend = createOracleBackend();
    const controller = new AbortController();
    const context = { ...(await contextOf(backend)), signal: controller.signal };
    let steps = 0;
    const reason = new Error('enough');
    const training = trainLocally(context, {
      terms: crossEntropy,
      onBatch: () => {
        if (++steps === 2) controller.abort(reason);
      },
    });
    await expect(training).rejects.toBe(reason);
    expect(steps).toBe(2);
  });

  it('throws when training diverges', async () => {
    using backend = createOracleBackend();
    const context = await contextOf(backend, { epochs: 30, optimiser: { kind: 'sgd', learningRate: 1e12 } });
    await expect(trainLocally(context, { terms: crossEntropy })).rejects.toSatisfy(
      (error) => isProtoNormError(error, 'diverged') || isProtoNormError(error, 'not-finite'),
    );
  });
});
