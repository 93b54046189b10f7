import { resolveHyper, type AnyStrategy, type TrainingStep } from '@protonorm/strategy';
import { runPlainFederation, toyFederation, type PlainRun } from '@protonorm/strategy/testkit';
import { createRng, rowVector, type LossTerm, type Prototypes } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { noOwnClasses, ownClassScores, type OwnClasses } from '../building-blocks/own-classes.ts';
import { pooledScores } from '../building-blocks/pooled-scores.ts';
import { protoNorm, protoNormReference } from './protonorm.ts';

const toy = toyFederation({ headsMayDiffer: true });
const d = toy.federation.features;

type Given = Readonly<Record<string, string | number | boolean>>;
type PullTerm = Extract<LossTerm, { readonly kind: 'pull' }>;

/** Runs a strategy on the toy federation, and keeps the steps of all clients. */
async function run(
  strategy: AnyStrategy,
  hyper: Given,
  {
    until = 3,
    clients = toy.clients,
    learningRate = 0.05,
  }: { readonly until?: number; readonly clients?: typeof toy.clients; readonly learningRate?: number } = {},
): Promise<PlainRun & { pullOf(round: number, id: string): PullTerm | undefined }> {
  const steps: TrainingStep[] = [];
  const watched: AnyStrategy = {
    ...strategy,
    client: {
      ...strategy.client,
      round: (context) => strategy.client.round({ ...context, onStep: (step) => steps.push(step) }),
    },
  };
  using backend = createOracleBackend();
  const { federation } = toy;
  const local = { ...toy.local, optimiser: { kind: 'sgd', learningRate } as const };
  const rng = createRng(1);
  const result = await runPlainFederation({
    strategy: watched,
    hyper,
    federation,
    clients,
    local,
    backend,
    rng,
    until,
  });
  return {
    ...result,
    pullOf: (round, id) =>
      steps
        .find((step) => step.round === round && step.clientId === id)!
        .terms.find((term): term is PullTerm => term.kind === 'pull'),
  };
}

const codesOf = ({ rounds }: PlainRun): string[][] =>
  rounds.map(({ report }) => (report!.warnings ?? []).map(({ code }) => code));
const metricOf = ({ rounds }: PlainRun, round: number, name: string): number | undefined =>
  rounds[round].report!.metrics![name];

describe('adaptive upscaling', () => {
  const adaptive = { upscaling: 'adaptive', lambda: 0.4, pullRatio: 5 };

  it('around the origin sends the scale at which the pull is so many times the cross entropy’s', async () => {
    const given = await run(protoNormReference, adaptive);
    const gradient = metricOf(given, 0, 'crossEntropyGradient')!;
    expect(gradient).toBeGreaterThan(0);
    const scale = (5 * d * gradient) / (2 * 0.4);
    // Measured once, before anybody pulls: it stays.
    for (const [round, { down }] of given.rounds.entries()) {
      expect(down!.scale).toBeCloseTo(scale, 4);
      expect(metricOf(given, round, 'targetNorm')).toBeCloseTo(scale, 4);
      expect(Math.hypot(...rowVector(down!.prototypes as Prototypes, 0))).toBeCloseTo(1, 5);
    }
    expect(given.pullOf(0, 'a')).toBeUndefined();
    for (const round of [1, 2]) expect(given.pullOf(round, 'a')!.scale).toBeCloseTo(scale, 4);
    // What comes of it: features begin near 0, so the pull is about as strong as was asked for.
    expect(metricOf(given, 1, 'pullRatio')! / 5).toBeCloseTo(1, 0);
  });

  it('sends no scale where it is fixed, where nothing pulls or is upscaled, and around the mean', async () => {
    for (const [strategy, hyper] of [
      [protoNormReference, { lambda: 0.1, scale: 8 }],
      [protoNormReference, { ...adaptive, lambda: 0 }],
      [protoNormReference, { ...adaptive, pu: false }],
      [protoNorm, adaptive],
      [protoNorm, {}],
    ] as const) {
      const { rounds } = await run(strategy, hyper, { until: 2 });
      expect(rounds.map(({ down }) => 'scale' in down!)).toEqual([false, false]);
    }
  });

  it('around the mean sends targets of that radius, as they are', async () => {
    const given = await run(protoNorm, { ...adaptive, pullRatio: 40, lambdaFeatures: 0 });
    for (const [round, { down }] of given.rounds.entries()) {
      const { vectors, classes } = down!.prototypes as Prototypes;
      const mean = Array.from({ length: d }, (_, j) =>
        Array.from(classes, (__, row) => vectors[row * d + j]).reduce(
          (sum, x) => sum + x / classes.length,
          0,
        ),
      );
      const norm = metricOf(given, round, 'targetNorm')!;
      for (const row of classes.keys()) {
        const radius = Math.hypot(...mean.map((m, j) => vectors[row * d + j] - m));
        expect(radius / norm).toBeCloseTo(1, 4);
      }
    }
    expect(given.pullOf(1, 'a')!.scale).toBe(1);
  });

  it('is cut to what features can reach for clients behind a ReLU6, and for them alone', async () => {
    const relu6 = { kind: 'activation', function: 'relu6' } as const;
    const clients = toy.clients.map((client) =>
      client.id === 'a'
        ? { ...client, spec: { ...client.spec, encoder: [...client.spec.encoder, relu6] } }
        : client,
    );
    const strong = { ...adaptive, pullRatio: 20 };
    const given = await run(protoNormReference, strong, { until: 2, clients });
    const scale = given.rounds[0].down!.scale as number;
    const reachable = (6 * Math.sqrt(d)) / 3;
    expect(scale).toBeGreaterThan(reachable);
    expect(given.pullOf(1, 'a')!.scale).toBeCloseTo(reachable, 6);
    expect(given.pullOf(1, 'b')!.scale).toBeCloseTo(scale, 6);
    // Less than that is not cut.
    const weak = await run(protoNormReference, { ...adaptive, pullRatio: 1 }, { until: 2, clients });
    expect(weak.pullOf(1, 'a')!.scale).toBe(weak.pullOf(1, 'b')!.scale);
  });
});

describe('the warm-up', () => {
  it.each([
    [0, [0.2, 0.2, 0.2, 0.2]],
    [1, [0.2, 0.2, 0.2, 0.2]],
    [3, [0.2 / 3, 0.4 / 3, 0.2, 0.2]],
  ])('over %i rounds raises the weight of the pull to lambda', async (warmUp, weights) => {
    const given = await run(protoNormReference, { lambda: 0.2, scale: 4, warmUp }, { until: 5 });
    weights.forEach((weight, i) => expect(given.pullOf(i + 1, 'c')!.weight).toBeCloseTo(weight, 12));
    expect(given.pullOf(0, 'c')).toBeUndefined();
  });
});

describe('the weight of the pull', () => {
  it.each([
    ['by default falls with the number of features below 128', {}, (0.2 * d) / 128],
    ['is lambda with any number of them if so wished', { lambdaFeatures: 0 }, 0.2],
    ['is lambda from that number on', { lambdaFeatures: d }, 0.2],
    ['rises over a warm-up to what it falls to', { lambdaFeatures: 2 * d, warmUp: 2 }, 0.05],
  ])('%s', async (_what, hyper, weight) => {
    const { pullOf } = await run(protoNorm, { lambda: 0.2, ...hyper }, { until: 2 });
    expect(pullOf(1, 'a')!.weight).toBeCloseTo(weight, 12);
  });

  it('is that by which adaptive upscaling chooses the norm', async () => {
    const wished = { around: 'origin', upscaling: 'adaptive', lambda: 0.4, pullRatio: 5 };
    const scaleOf = async (hyper: object): Promise<number> =>
      (await run(protoNorm, { ...wished, ...hyper }, { until: 1 })).rounds[0].down!.scale as number;
    expect((await scaleOf({ lambdaFeatures: 4 * d })) / (await scaleOf({ lambdaFeatures: 0 }))).toBeCloseTo(
      4,
      3,
    );
  });
});

describe('the rule of prediction', () => {
  const prototypes: Prototypes = {
    dim: 2,
    classes: Int32Array.of(0, 1, 2),
    counts: Float64Array.of(1, 1, 1),
    vectors: Float32Array.of(1, 0, 0, 1, -1, 0),
  };
  const state: OwnClasses = {
    ...noOwnClasses(2),
    means: { ...prototypes, counts: Float64Array.of(5, 1, 1) },
    sharpness: 2,
  };
  const outputs = {
    size: 2,
    features: Float32Array.of(0.9, 0.2, 0.1, 0.8),
    logits: Float32Array.of(1, 2, 0, 3, -1, 0),
  };
  const scores = (rule: string, down: object | undefined) => {
    const context = {
      down,
      state,
      federation: { classes: 3 },
      hyper: resolveHyper(protoNorm.hyper, { rule }),
    };
    return protoNorm.client.scores(context as never, outputs);
  };

  it("'both' pools the head with the client's own classes", () => {
    const own = ownClassScores(outputs.features, { own: state, prototypes, classes: 3 });
    expect(scores('own-classes', { prototypes })).toEqual(own);
    expect(scores('both', { prototypes })).toEqual(pooledScores(outputs.logits, own, 3));
    expect(scores('both', { prototypes })).not.toEqual(own);
  });

  it('by the head needs no download, by prototypes it does', () => {
    expect(scores('logits', undefined)).toBe(outputs.logits);
    expect(scores('logits', { prototypes })).toBe(outputs.logits);
    for (const rule of ['prototype', 'own-classes', 'both']) expect(scores(rule, undefined)).toBeNull();
  });

  it("'prototype' takes the nearest", () => {
    const [first, second] = [0, 3].map((start) =>
      scores('prototype', { prototypes })!.slice(start, start + 3),
    );
    expect([first.indexOf(Math.max(...first)), second.indexOf(Math.max(...second))]).toEqual([0, 1]);
  });
});

describe('what the server warns of', () => {
  it('is nothing by default, whichever way the targets lie', async () => {
    for (const [strategy, hyper] of [
      [protoNorm, {}],
      [protoNorm, { upscaling: 'adaptive' }],
      [protoNormReference, { lambda: 0.1, scale: 8 }],
      [protoNormReference, { lambda: 0.4, upscaling: 'adaptive', pullRatio: 5 }],
    ] as const)
      expect(codesOf(await run(strategy, hyper, { until: 6 })), JSON.stringify(hyper)).toEqual([
        [],
        [],
        [],
        [],
        [],
        [],
      ]);
  });

  it('is the upscaling that drives features away, in the first round with targets', async () => {
    const [before, first] = codesOf(
      await run(protoNormReference, { lambda: 1, scale: 300 }, { until: 2, learningRate: 0.01 }),
    );
    expect(before).toEqual([]);
    expect(first).toEqual(['overshoot', 'cross-entropy-jump']);
  });

  it('is the overlap, from the first alignment on, until the targets are kept as they are', async () => {
    const short = { lambda: 0.1, scale: 8, iterations: 0 };
    expect(codesOf(await run(protoNormReference, short))).toEqual(
      Array.from({ length: 3 }, () => ['prototype-overlap']),
    );
    const kept = await run(protoNormReference, { ...short, fixedAfter: 1 });
    expect(codesOf(kept)).toEqual([['prototype-overlap'], [], []]);
  });
});
