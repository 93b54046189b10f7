import {
  createRng,
  evaluateTerm,
  planModel,
  type LayerSpec,
  type Learner,
  type ModelSpec,
  type Prototypes,
  type Rng,
  type TrainStepReport,
} from '@protonorm/tensor';
import { createOracleBackend, finiteDifferences } from '@protonorm/tensor/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PULL_SUMS, PullWatch, readPullReport } from './pull-report.ts';

const DIM = 3;
const CLASSES = 4;

const dense = (name: string, inputs: number, outputs: number): LayerSpec => ({
  kind: 'dense',
  name,
  inputs,
  outputs,
});
const model = (head: readonly LayerSpec[]): ModelSpec => ({
  name: 'little',
  input: [2],
  features: DIM,
  classes: CLASSES,
  encoder: [dense('base', 2, DIM)],
  head,
});
const linear = model([dense('head', DIM, CLASSES)]);

/** Classes 0, 2 and 3 have a target; 1 has none. */
const targets: Prototypes = {
  dim: DIM,
  classes: Int32Array.of(0, 2, 3),
  counts: Float64Array.of(1, 1, 1),
  vectors: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0.6, 0.8),
};
const pull = { targets, scale: 5 };

interface Batch {
  readonly features: Float32Array;
  readonly logits: Float32Array;
  readonly labels: Int32Array;
}

function batch(rng: Rng, labels: readonly number[]): Batch {
  const normal = (length: number): Float32Array => Float32Array.from({ length }, () => 2 * rng.normal());
  return {
    features: normal(labels.length * DIM),
    logits: normal(labels.length * CLASSES),
    labels: Int32Array.from(labels),
  };
}

/** What `trainStep` reports of a batch with the terms of ProtoNorm. */
function reportOf({ features, logits, labels }: Batch, given: typeof pull | null): TrainStepReport {
  const inputs = { features, logits, labels, batchSize: labels.length, dim: DIM, classes: CLASSES };
  const values = [evaluateTerm({ kind: 'crossEntropy' }, inputs).value];
  if (given !== null) {
    const term = { kind: 'pull', prototypes: given.targets, scale: given.scale } as const;
    values.push(evaluateTerm(term, inputs).value);
  }
  return { values, loss: 0, features, logits };
}

async function withLearner<T>(use: (learner: Learner) => Promise<T>, spec = linear): Promise<T> {
  const rng = createRng('weights');
  const parameters = Float32Array.from({ length: planModel(spec).size.all }, () => rng.normal());
  using backend = createOracleBackend();
  using learner = await backend.createLearner(spec, { parameters });
  return await use(learner);
}

/** The sums of a client that trains on these batches. */
async function sumsOf(
  learner: Learner,
  batches: readonly Batch[],
  given: typeof pull | null = pull,
): Promise<Float32Array> {
  const watch = await PullWatch.begin(learner, given ?? undefined);
  for (const own of batches) watch.onStep(reportOf(own, given), own.labels);
  return watch.sums();
}

const added = (...all: readonly Float32Array[]): Float64Array =>
  all.reduce((sum, one) => sum.map((x, i) => x + one[i]), new Float64Array(PULL_SUMS));

describe('the report of the pull', () => {
  it('adds up over clients: what two of them send reads as one with the samples of both', () =>
    withLearner(async (learner) => {
      const labels = fc.array(fc.integer({ min: 0, max: CLASSES - 1 }), { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(
          fc.array(labels, { minLength: 2, maxLength: 6 }),
          fc.boolean(),
          async (drawn, pulled) => {
            const rng = createRng('batches');
            const batches = drawn.map((own, i) => batch(rng.split(i), own));
            const given = pulled ? pull : null;
            const cut = Math.ceil(batches.length / 2);
            const [a, b] = [batches.slice(0, cut), batches.slice(cut)];
            const both = readPullReport(
              added(await sumsOf(learner, a, given), await sumsOf(learner, b, given)),
            );
            const one = readPullReport(Float64Array.from(await sumsOf(learner, batches, given)));
            // What is measured in the first step alone is the mean over the first steps of the two.
            for (const key of ['crossEntropy', 'relativeError'] as const) {
              expect(both[key] === undefined).toBe(one[key] === undefined);
              if (one[key] !== undefined) expect(both[key]).toBeCloseTo(one[key], 5);
            }
          },
        ),
        { numRuns: 50 },
      );
    }));

  it('weighs clients by their samples where only a first step is measured', () =>
    withLearner(async (learner) => {
      const rng = createRng('two');
      const [small, large] = [batch(rng.split('a'), [0]), batch(rng.split('b'), [2, 3, 0])];
      const gradient = async (...clients: readonly Batch[]): Promise<number> => {
        const sums = await Promise.all(clients.map((own) => sumsOf(learner, [own], null)));
        return readPullReport(added(...sums)).crossEntropyGradient!;
      };
      const [s, l] = [await gradient(small), await gradient(large)];
      expect(await gradient(small, large)).toBeCloseTo((s + 3 * l) / 4, 6);
    }));

  it('has the norm of the gradient of the cross entropy by the features, as finite differences have it', () =>
    withLearner(async (learner) => {
      const head = await learner.read('head'); // weight [C, d], bias [C]
      const rng = createRng('gradient');
      const features = Float32Array.from({ length: 2 * DIM }, () => rng.normal());
      const labels = Int32Array.of(1, 3);
      const logitsOf = (z: ArrayLike<number>): number[] =>
        Array.from({ length: CLASSES }, (_, k) =>
          Array.from({ length: DIM }, (__, j) => head[k * DIM + j] * z[j]).reduce(
            (sum, x) => sum + x,
            head[CLASSES * DIM + k],
          ),
        );
      const crossEntropy = (z: ArrayLike<number>, label: number): number => {
        const logits = logitsOf(z);
        return Math.log(logits.reduce((sum, o) => sum + Math.exp(o), 0)) - logits[label];
      };
      const rows = [features.subarray(0, DIM), features.subarray(DIM)];
      const logits = Float32Array.from(rows.flatMap((z) => logitsOf(z)));
      const sums = await sumsOf(learner, [{ features, logits, labels }], null);
      const norms = rows.map((z, i) =>
        Math.hypot(...finiteDifferences((x) => crossEntropy(x, labels[i]), z)),
      );
      expect(readPullReport(Float64Array.from(sums)).crossEntropyGradient).toBeCloseTo(
        (norms[0] + norms[1]) / 2,
        5,
      );
    }));

  it('measures that gradient before the first step alone, and not with targets or behind a deep head', async () => {
    const rng = createRng('once');
    const [first, second] = [batch(rng.split(0), [0, 1]), batch(rng.split(1), [2, 3, 1])];
    const gradient = (sums: Float32Array): number | undefined =>
      readPullReport(Float64Array.from(sums)).crossEntropyGradient;
    await withLearner(async (learner) => {
      const once = gradient(await sumsOf(learner, [first], null));
      expect(once).toBeGreaterThan(0);
      expect(gradient(await sumsOf(learner, [first, second], null))).toBe(once);
      expect(gradient(await sumsOf(learner, [first]))).toBeUndefined();
    });
    const deep = model([dense('a', DIM, 2), dense('b', 2, CLASSES)]);
    await withLearner(async (learner) => {
      expect(gradient(await sumsOf(learner, [first], null))).toBeUndefined();
    }, deep);
  });

  it('has a relative error of 1 for features of 0, of 0 on the targets, and by hand in between', () =>
    withLearner(async (learner) => {
      const at = async (features: readonly number[], labels: readonly number[]) => {
        const logits = new Float32Array(labels.length * CLASSES);
        const own = { features: Float32Array.from(features), logits, labels: Int32Array.from(labels) };
        return readPullReport(Float64Array.from(await sumsOf(learner, [own])));
      };
      const zero = await at([0, 0, 0, 0, 0, 0], [0, 2]);
      expect(zero.relativeError).toBeCloseTo(1, 6);
      expect(zero.relativeErrorBefore).toBeCloseTo(1, 6);
      expect(zero.distanceBefore).toBeCloseTo(5, 6);
      expect((await at([5, 0, 0, 0, 3, 4], [0, 3])).relativeError).toBeCloseTo(0, 6);
      // Twice as long as the target: as far from it as a feature of 0. The other is half way.
      expect((await at([10, 0, 0, 0, 2.5, 0], [0, 2])).relativeError).toBeCloseTo((25 + 6.25) / 50, 6);
      expect((await at([0, 0, 0], [0])).crossEntropy).toBeCloseTo(Math.log(CLASSES), 6);
    }));

  it('leaves out samples of classes without a target, but not of the cross entropy', () =>
    withLearner(async (learner) => {
      const rng = createRng('without');
      const own = batch(rng, [0, 1, 2]);
      const only = (rows: readonly number[]): Batch => ({
        features: Float32Array.from(rows.flatMap((i) => [...own.features.subarray(i * DIM, (i + 1) * DIM)])),
        logits: Float32Array.from(
          rows.flatMap((i) => [...own.logits.subarray(i * CLASSES, (i + 1) * CLASSES)]),
        ),
        labels: Int32Array.from(rows, (i) => own.labels[i]),
      });
      const read = async (rows: readonly number[]) =>
        readPullReport(Float64Array.from(await sumsOf(learner, [only(rows)])));
      const [all, targeted, without] = [await read([0, 1, 2]), await read([0, 2]), await read([1])];
      for (const key of ['relativeError', 'relativeErrorBefore', 'distanceBefore'] as const)
        expect(all[key]).toBeCloseTo(targeted[key]!, 5);
      expect(without).toMatchObject({ relativeError: undefined, distanceBefore: undefined });
      expect(all.crossEntropy).toBeCloseTo((2 * targeted.crossEntropy! + without.crossEntropy!) / 3, 5);
    }));

  it('tells the error before the first step from that of the round', () =>
    withLearner(async (learner) => {
      const features = (...row: number[]): Batch => ({
        features: Float32Array.from(row),
        logits: new Float32Array(CLASSES),
        labels: Int32Array.of(0),
      });
      const sums = await sumsOf(learner, [features(0, 0, 0), features(-5, 0, 0)]);
      const { relativeErrorBefore, relativeError } = readPullReport(Float64Array.from(sums));
      expect([relativeErrorBefore, relativeError]).toEqual([1, 2.5]); // (25 + 100) / 50
    }));

  it('pools the spread over clients by its square', () =>
    withLearner(async (learner) => {
      const spread = async (meanSquare: number, samples: number): Promise<Float32Array> => {
        const watch = await PullWatch.begin(learner, undefined);
        watch.spread(meanSquare, samples);
        return watch.sums();
      };
      const report = readPullReport(added(await spread(4, 10), await spread(1, 30)));
      expect(report.spread).toBeCloseTo(Math.sqrt((4 * 10 + 1 * 30) / 40), 6);
      expect(report.crossEntropy).toBeUndefined();
    }));

  it('stays finite for a client whose features are about to leave the range of numbers', () =>
    withLearner(async (learner) => {
      const huge = { ...batch(createRng(1), [0]), features: Float32Array.of(1e30, 0, 0) };
      const sums = await sumsOf(learner, [huge]);
      expect(sums.every(Number.isFinite)).toBe(true);
      expect(readPullReport(Float64Array.from(sums)).relativeError).toBeGreaterThan(1e30);
    }));

  it('of no client says nothing', () => {
    const nothing = readPullReport(undefined);
    expect(Object.values(nothing).every((value) => value === undefined)).toBe(true);
    expect(readPullReport(new Float64Array(PULL_SUMS))).toEqual(nothing);
  });
});
