import { isProtoNormError, type Prototypes } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import {
  defineStrategy,
  number,
  reduce,
  t,
  trainLocally,
  type AnyStrategy,
  type ClientRoundContext,
  type HyperSchema,
  type MessageSchema,
  type Reducer,
} from '../index.ts';
import { KIT_VERSION, reportStrategy, testStrategy } from './test-strategy.ts';

/** FedProto without its packages: what the broken strategies below are made from. */
const good = defineStrategy({
  id: 'good',
  version: 1,
  summary: 'Clients pull their features to the mean of their class means.',
  hyper: { lambda: number(1, { min: 0, max: 100, description: 'Weight of the pull.' }) },
  down: { prototypes: t.prototypes('d') },
  up: { prototypes: t.prototypes('d') },
  capabilities: { headsMayDiffer: true },
  client: {
    init: () => null,
    async round(context) {
      const { means, loss } = await trainedMeans(context);
      return { up: means && { prototypes: means }, state: null, metrics: { loss } };
    },
    scores: ({ down, federation }, { features, size }) =>
      down === undefined ? null : negativeDistances(down.prototypes, features, [size, federation.classes]),
  },
  server: {
    init: () => ({ state: { previous: null as Prototypes | null }, down: undefined }),
    reduce: reduce.meanByClass('prototypes'),
    finish({ reduced, state }) {
      const prototypes = merged(reduced, state.previous);
      return { state: { previous: prototypes }, down: { prototypes } };
    },
  },
});

async function trainedMeans(
  context: ClientRoundContext<HyperSchema, typeof good.down, unknown>,
): Promise<{ means: Prototypes | null; loss: number }> {
  const { down, hyper, federation } = context;
  const sums = new Map<number, { count: number; vector: Float64Array }>();
  const pull = down && { kind: 'pull' as const, prototypes: down.prototypes, weight: hyper.lambda as number };
  const { meanLoss } = await trainLocally(context, {
    terms: [{ kind: 'crossEntropy' }, ...(pull ? [pull] : [])],
    onBatch({ features }, { labels }) {
      labels.forEach((label, i) => {
        const sum = sums.get(label) ?? { count: 0, vector: new Float64Array(federation.features) };
        sum.count++;
        sum.vector.forEach((_, j) => (sum.vector[j] += features[i * federation.features + j]));
        sums.set(label, sum);
      });
    },
  });
  if (sums.size === 0) return { means: null, loss: meanLoss };
  const classes = Int32Array.from(sums.keys()).sort();
  const rows = [...classes].map((label) => sums.get(label)!);
  const means = {
    dim: federation.features,
    classes,
    counts: Float64Array.from(rows, ({ count }) => count),
    vectors: Float32Array.from(rows.flatMap(({ count, vector }) => [...vector].map((x) => x / count))),
  };
  return { means, loss: meanLoss };
}

function merged(current: Prototypes, previous: Prototypes | null): Prototypes {
  const rows = new Map<number, [number, Float32Array]>();
  for (const table of previous === null ? [current] : [previous, current]) {
    table.classes.forEach((label, i) =>
      rows.set(label, [table.counts[i], table.vectors.slice(i * table.dim, (i + 1) * table.dim)]),
    );
  }
  const classes = Int32Array.from(rows.keys()).sort();
  return {
    dim: current.dim,
    classes,
    counts: Float64Array.from(classes, (label) => rows.get(label)![0]),
    vectors: Float32Array.from([...classes].flatMap((label) => [...rows.get(label)![1]])),
  };
}

function negativeDistances(
  table: Prototypes,
  features: Float32Array,
  [size, classes]: readonly [number, number],
): Float64Array {
  const scores = new Float64Array(size * classes).fill(-Infinity);
  for (let i = 0; i < size; i++) {
    table.classes.forEach((label, row) => {
      let distance = 0;
      for (let j = 0; j < table.dim; j++)
        distance += (features[i * table.dim + j] - table.vectors[row * table.dim + j]) ** 2;
      scores[i * classes + label] = -distance;
    });
  }
  return scores;
}

/** The good strategy with other parts. */
type Change = (parts: AnyStrategy) => {
  readonly [K in keyof AnyStrategy]?: K extends 'client' | 'server'
    ? Partial<AnyStrategy[K]>
    : AnyStrategy[K];
};

function changed(change: Change): AnyStrategy {
  const strategy: AnyStrategy = good;
  const { client, server, ...rest } = change(strategy);
  return {
    ...strategy,
    ...rest,
    client: { ...strategy.client, ...client },
    server: { ...strategy.server, ...server },
  };
}

/** The good client's round, and something done with its result. */
function roundThen(
  then: (
    result: { up: { prototypes: Prototypes } | null; state: unknown; metrics?: object },
    context: ClientRoundContext<HyperSchema, MessageSchema, unknown>,
  ) => unknown,
): Change {
  return ({ client }) => ({
    client: { round: async (context) => then((await client.round(context)) as never, context) as never },
  });
}

const means = (reducer: Reducer<{ prototypes: Prototypes }, Prototypes>): Change => {
  return () => ({ server: { reduce: reducer } });
};

/** Row by row, one after the other, rounded to float32 each time. */
function forgetful({
  mergeByMean,
}: {
  readonly mergeByMean: boolean;
}): Reducer<{ prototypes: Prototypes }, Prototypes> {
  const exact = reduce.meanByClass('prototypes');
  return {
    additive: true,
    start() {
      const inner = exact.start();
      let running: Prototypes | undefined;
      return {
        add({ prototypes }, from) {
          inner.add({ prototypes }, from);
          const half = reduce.meanByClass('prototypes').start();
          if (running) half.add({ prototypes: running }, 'before');
          half.add({ prototypes }, from);
          running = half.result();
        },
        merge(other) {
          inner.add({ prototypes: other.result() }, 'relay');
        },
        result: () => (mergeByMean || running === undefined ? inner.result() : running),
      };
    },
  };
}

const broken: Readonly<
  Record<string, { readonly caughtBy: string; readonly says: RegExp; readonly change: () => Change }>
> = {
  'changes the table that all clients share': {
    caughtBy: 'purity/arguments are not changed',
    says: /client\.round changed its down: value\.prototypes\.vectors\[0\]/s,
    change:
      () =>
      ({ client }) => ({
        client: {
          round(context) {
            const down = context.down as { prototypes: Prototypes } | undefined;
            if (down) down.prototypes.vectors[0] += 0.01;
            return client.round(context);
          },
        },
      }),
  },
  'changes its state in place': {
    caughtBy: 'purity/arguments are not changed',
    says: /server\.finish changed its state/s,
    change:
      () =>
      ({ server }) => ({
        server: {
          finish(context) {
            context.state.previous?.vectors.fill(0);
            return server.finish(context);
          },
        },
      }),
  },
  'changes uploads while it reduces them': {
    caughtBy: 'purity/arguments are not changed',
    says: /server\.reduce changed its upload/s,
    change: () =>
      means({
        additive: true,
        start() {
          const inner = reduce.meanByClass('prototypes').start();
          return {
            ...inner,
            merge: (other) => inner.merge(other),
            result: () => inner.result(),
            add(upload, from) {
              inner.add(upload, from);
              upload.prototypes.vectors.fill(0);
            },
          };
        },
      }),
  },
  'keeps state in a closure': {
    caughtBy: 'determinism/same seed',
    says: /Two runs of one seed differ: value\.rounds\[0\]\.uploads\.a/s,
    change() {
      let rounds = 0;
      return roundThen((result) => {
        rounds++;
        result.up?.prototypes.vectors.forEach((x, i, all) => (all[i] = x + 1e-4 * rounds));
        return result;
      });
    },
  },
  'adds noise without a seed': {
    caughtBy: 'determinism/same seed',
    says: /Two runs of one seed differ/s,
    change: () =>
      roundThen((result) => {
        // oxlint-disable-next-line no-restricted-properties -- what this strategy must be caught for
        const noise = Math.random();
        result.up?.prototypes.vectors.forEach((x, i, all) => (all[i] = x + 1e-3 * noise));
        return result;
      }),
  },
  'loses state when it is resumed': {
    caughtBy: 'determinism/resume after round 3',
    says: /Going on from a snapshot behind 3 rounds gives another result/s,
    change() {
      const rounds = new WeakMap<object, number>();
      return roundThen((result, { learner }) => {
        const round = (rounds.get(learner) ?? 0) + 1;
        rounds.set(learner, round);
        result.up?.prototypes.vectors.forEach((x, i, all) => (all[i] = x * (1 + 0.01 * round)));
        return result;
      });
    },
  },
  'sends NaN for classes that it lacks': {
    caughtBy: 'messages/match their schema',
    says: /does not match its schema.*of class 2 has NaN/s,
    change: () =>
      roundThen((result, { federation: { classes, features } }) => {
        if (result.up === null) return result;
        const own = result.up.prototypes;
        const vectors = new Float32Array(classes * features).fill(NaN);
        own.classes.forEach((label, row) =>
          vectors.set(own.vectors.subarray(row * features, (row + 1) * features), label * features),
        );
        const all = Int32Array.from({ length: classes }, (_, i) => i);
        const counts = new Float64Array(classes).fill(1);
        return { ...result, up: { prototypes: { dim: features, classes: all, counts, vectors } } };
      }),
  },
  'sends a field that it does not declare': {
    caughtBy: 'messages/match their schema',
    says: /up\.samples is not declared/s,
    change: () =>
      roundThen((result, { data }) => ({
        ...result,
        up: result.up && { ...result.up, samples: data.length },
      })),
  },
  'needs all classes': {
    caughtBy: 'participation/a class that comes late',
    says: /a class is missing/s,
    change:
      () =>
      ({ server }) => ({
        server: {
          finish(context) {
            if (context.reduced.classes.length < context.federation.classes)
              throw new Error('a class is missing');
            return server.finish(context);
          },
        },
      }),
  },
  'forgets a class whose clients are away': {
    caughtBy: 'participation/a class that stays away for rounds',
    says: /Class 3 was away in rounds 1 to 3/s,
    change: () => () => ({
      server: {
        finish: ({ reduced, round, state }) =>
          round < 4
            ? { state: { previous: reduced }, down: { prototypes: reduced } }
            : { state, down: state.previous && { prototypes: state.previous } },
      },
    }),
  },
  'learns nothing': {
    caughtBy: 'learning/better than chance',
    says: /easily told apart is 0\.\d+, not at least 0\.6/s,
    change: () => () => ({ client: { scores: (_, { size }) => new Float32Array(size * 4) } }),
  },
  'has a function in its state': {
    caughtBy: 'purity/state can be saved',
    says: /client a cannot be saved.*'\$\/next', which is a function/s,
    change: () => roundThen((result) => ({ ...result, state: { next: () => 1 } })),
  },
  'has an instance of a class in its state': {
    caughtBy: 'purity/state can be saved',
    says: /server's state behind round 0 cannot be saved.*is a Map/s,
    change:
      () =>
      ({ server }) => ({
        server: {
          async finish(context) {
            const step = await server.finish(context);
            return { ...step, state: { ...step.state, seen: new Map([['round', context.round]]) } };
          },
        },
      }),
  },
  'has undefined in its state': {
    caughtBy: 'purity/state can be saved',
    says: /'\$\/velocity', which is undefined/s,
    change: () => roundThen((result) => ({ ...result, state: { velocity: undefined } })),
  },
  'reduces in the order of arrival': {
    caughtBy: 'determinism/arrival order',
    says: /order of arrival changes the result/s,
    change: () => means(forgetful({ mergeByMean: false })),
  },
  'merges means as if they were uploads': {
    caughtBy: 'reducer/order and grouping',
    says: /Merged groups of uploads give another result/s,
    change: () => means(forgetful({ mergeByMean: true })),
  },
  'does not dispose of its helper': {
    caughtBy: 'purity/nothing is left on the backend',
    says: /Behind round 1 \d+ buffers are live/s,
    change: () =>
      roundThen(async (result, { createLearner, federation }) => {
        const { spec, parameters } = federation.helperModel!;
        const learner = await createLearner(spec, { parameters });
        await learner.forward(new Float32Array(5), { mode: 'eval' });
        return result;
      }),
  },
  'does not listen to its signal': {
    caughtBy: 'purity/stops when told to',
    says: /it threw nothing/s,
    change:
      () =>
      ({ client }) => ({
        client: { round: (context) => client.round({ ...context, signal: new AbortController().signal }) },
      }),
  },
  'divides by the samples of a client that has none': {
    caughtBy: 'participation/a client without data',
    says: /metrics\.b\.share is NaN/s,
    change: () =>
      roundThen((result, { data }) => ({
        ...result,
        metrics: { share: data.classCounts()[1] / data.length },
      })),
  },
  'uploads nothing as a message': {
    caughtBy: 'participation/a round in which nobody has data',
    says: /up\.samples must be at least 1; received 0/s,
    change:
      () =>
      ({ ...parts }) => ({
        up: { prototypes: t.prototypes('d'), samples: t.scalar({ min: 1 }) },
        client: {
          async round(context) {
            const { up, ...rest } = await parts.client.round(context);
            const empty = {
              dim: 6,
              classes: new Int32Array(0),
              counts: new Float64Array(0),
              vectors: new Float32Array(0),
            };
            return { ...rest, up: { prototypes: up?.prototypes ?? empty, samples: context.data.length } };
          },
        },
      }),
  },
  'reports a loss that is not finite': {
    caughtBy: 'learning/finite numbers',
    says: /metrics\.a\.loss is NaN/s,
    change: () => roundThen((result) => ({ ...result, metrics: { loss: 0 / 0 } })),
  },
  'takes class 0 for none': {
    caughtBy: 'learning/names of classes do not matter',
    says: /With other names for the classes client/s,
    change:
      () =>
      ({ client }) => ({
        client: {
          scores(context, outputs) {
            const scores = client.scores(context, outputs) as Float64Array | null;
            return scores && scores.map((score, i) => (i % 4 === 0 ? -Infinity : score));
          },
        },
      }),
  },
  'scores a sample by the others of its batch': {
    caughtBy: 'learning/scores',
    says: /among others and .* alone/s,
    change:
      () =>
      ({ client }) => ({
        client: {
          scores(context, outputs) {
            const scores = client.scores(context, outputs) as Float64Array | null;
            return scores && scores.map((score) => score / outputs.size);
          },
        },
      }),
  },
  'scores missing classes with NaN': {
    caughtBy: 'learning/scores',
    says: /scores gave NaN/s,
    change:
      () =>
      ({ client }) => ({
        client: {
          scores(context, outputs) {
            const scores = client.scores(context, outputs) as Float64Array | null;
            return scores && scores.map((score, i) => (i % 4 === 3 ? NaN : score));
          },
        },
      }),
  },
  'has a hyperparameter without range': {
    caughtBy: 'definition/hyperparameters',
    says: /'lambda' needs a finite range/s,
    change: () => () => ({ hyper: { lambda: number(1, { description: 'Weight of the pull.' }) } }),
  },
  'lets uploads of any size in': {
    caughtBy: 'messages/strange uploads do not stop the others',
    says: /is shorter than others in 'extra' stops the federation/s,
    change:
      () =>
      ({ ...parts }) => ({
        up: { prototypes: t.prototypes('d'), extra: t.tensor(['?']) },
        client: {
          async round(context) {
            const result = await parts.client.round(context);
            return { ...result, up: result.up && { ...result.up, extra: new Float32Array(9) } };
          },
        },
        server: {
          reduce: reduce.combine({
            prototypes: reduce.meanByClass('prototypes'),
            extra: reduce.mean('extra'),
          }),
          finish: (context) => parts.server.finish({ ...context, reduced: context.reduced.prototypes }),
        },
      }),
  },
  'stops at a vector without direction': {
    caughtBy: 'messages/strange uploads do not stop the others',
    says: /has zero vectors in 'prototypes' stops the federation/s,
    change:
      () =>
      ({ server }) => ({
        server: {
          finish(context) {
            const { vectors, dim } = context.reduced;
            const zero = [...vectors.keys()].some(
              (i) => i % dim === 0 && (vectors as Float32Array).subarray(i, i + dim).every((x) => x === 0),
            );
            if (zero) throw new Error('a vector has no direction');
            return server.finish(context);
          },
        },
      }),
  },
};

testStrategy(good, { runner: { describe, it } });

describe('reportStrategy', () => {
  it('says what passed, as plain data', async () => {
    const report = await reportStrategy(good, { only: ['definition/*', 'determinism/wire'] });
    const passed = ['definition/well-formed', 'definition/hyperparameters', 'determinism/wire'];
    expect(report).toEqual({ strategy: 'good@1', kit: KIT_VERSION, passed, failed: [], skipped: [] });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it.each(Object.entries(broken))('catches a strategy that %s', async (_, { caughtBy, says, change }) => {
    const { failed } = await reportStrategy(changed(change()), { only: [caughtBy] });
    expect(failed).toEqual([{ name: caughtBy, message: expect.stringMatching(says) as string }]);
  });

  it('has at least one broken strategy for each group of checks', () => {
    const groups = new Set(Object.values(broken).map(({ caughtBy }) => caughtBy.split('/')[0]));
    expect([...groups].sort()).toEqual([
      'definition',
      'determinism',
      'learning',
      'messages',
      'participation',
      'purity',
      'reducer',
    ]);
  });

  it('says why a check does not apply', async () => {
    const silent = changed(() => ({
      up: {},
      capabilities: { needsAllClients: true },
      client: { round: () => ({ up: null, state: null }) },
      server: { reduce: reduce.nothing() },
    }));
    const { skipped } = await reportStrategy(silent, {
      only: ['reducer/*', 'participation/*', 'messages/*'],
    });
    expect(new Set(skipped.map(({ reason }) => reason))).toEqual(
      new Set(['its clients send nothing', 'it states needsAllClients']),
    );
  });

  it('skips with a reason alone, and knows its checks', async () => {
    const skip = [{ reason: 'the labels are numbers here', checks: ['learning/names*'] }];
    const { skipped } = await reportStrategy(good, { only: ['learning/*'], skip });
    expect(skipped).toEqual([
      { name: 'learning/names of classes do not matter', reason: 'the labels are numbers here' },
    ]);
    for (const bad of [{ skip: [{ reason: ' ', checks: ['learning/*'] }] }, { only: ['no/such'] }]) {
      await expect(reportStrategy(good, bad)).rejects.toSatisfy((error) =>
        isProtoNormError(error, 'invalid-argument'),
      );
    }
  });

  it('tests with the given backend, hyperparameters and training', async () => {
    let opened = 0;
    const { createOracleBackend } = await import('@protonorm/tensor/testkit');
    const report = await reportStrategy(good, {
      only: ['learning/better than chance'],
      hyper: { lambda: 0.5 },
      local: { epochs: 3 },
      createBackend() {
        opened++;
        return createOracleBackend();
      },
    });
    expect(report.failed).toEqual([]);
    expect(opened).toBe(2);
    const { failed } = await reportStrategy(good, {
      only: ['learning/better than chance'],
      hyper: { lambda: -1 },
    });
    expect(failed[0].message).toMatch("'lambda' must be a number");
  });
});

describe('testStrategy', () => {
  it('registers each check, and skips under a name that says why', () => {
    const run: string[] = [];
    const skipped: string[] = [];
    const runner = {
      describe: (name: string, body: () => void) => {
        expect(name).toBe('conformance of good@1');
        body();
      },
      it: Object.assign((name: string) => run.push(name), { skip: (name: string) => skipped.push(name) }),
    };
    testStrategy(good, { runner, skip: [{ reason: 'because', checks: ['purity/*'] }] });
    expect(run).toContain('determinism/wire');
    expect(skipped).toContain('purity/stops when told to (skipped: because)');
  });
});
