import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prototypes } from '../prototypes/prototypes.ts';
import { createRng, type Rng } from '../random/rng.ts';
import { finiteDifferences } from '../testkit/oracle/finite-differences.ts';
import { oracleTerm } from '../testkit/oracle/oracle-term.ts';
import { evaluateTerm } from './evaluate-term.ts';
import type { LossTerm, TermInputs } from './loss-term.ts';

fc.configureGlobal({ seed: 1 });

const inputs: TermInputs = {
  features: Float32Array.of(1, -2, 0.5, 0.25, 3, -1),
  logits: Float32Array.of(0.5, -1, 2, 0, 1.5, 0.25, -0.5, 1),
  labels: Int32Array.of(2, 0),
  batchSize: 2,
  dim: 3,
  classes: 4,
};
const rows = (dim: number, ...vectors: number[]): Prototypes => ({
  dim,
  classes: Int32Array.of(0, 2),
  counts: Float64Array.of(1, 1),
  vectors: Float32Array.from(vectors),
});
const features = rows(3, 0.5, 1, -1, 2, -0.5, 0.25);
const logits = rows(4, 1, 0, -1, 0.5, -0.5, 0.25, 2, 1);

/** Values and gradients by PyTorch 2.13 in float64: F.cross_entropy, F.mse_loss, nn.KLDivLoss(), F.cosine_similarity. */
const torch: { term: LossTerm; value: number; byFeatures?: number[]; byLogits?: number[] }[] = [
  {
    term: { kind: 'crossEntropy' },
    value: 0.5247912309839332,
    byLogits: [
      0.07922235475748987, 0.017676896704374435, -0.14495003855691285, 0.048050787095048605,
      -0.2534967399268565, 0.07062436645263058, 0.033360588520747275, 0.14951178495347855,
    ],
  },
  {
    term: { kind: 'pull', prototypes: features, scale: 2 },
    value: 2.09375,
    byFeatures: [-1, -1 / 3, 0, -0.25, 1 / 3, 1 / 3],
  },
  {
    term: { kind: 'logitPull', prototypes: logits },
    value: 0.546875,
    byLogits: [0.25, -0.3125, 0, -0.25, 0.125, 0.0625, 0.125, 0.125],
  },
  {
    // Equal to F.cross_entropy(o, t), which takes t as probabilities, whatever they are.
    term: { kind: 'distill', prototypes: logits },
    value: 0.7725388956805166,
    byLogits: [
      0.46786147558309715, -0.0763885340629703, -0.023612606031510344, -0.36786033548861635,
      -0.37674836996342825, 0.03531218322631529, 0.5166802942603737, -0.17524410752326072,
    ],
  },
  {
    term: { kind: 'mutual', targets: Float32Array.of(0, 1, 2, -1, 0.5, 0.5, 1, -2) },
    value: 0.13584373134248265,
    byLogits: [
      0.008912548846618396, -0.025191128085145162, 0.008273207874775243, 0.008005371363751528,
      0.028120993010294457, -0.015848730394833768, -0.0468999655854104, 0.034627702969949686,
    ],
  },
  {
    term: { kind: 'contrastive', prototypes: features, temperature: 0.5 },
    value: 0.09734889499672297,
    byFeatures: [
      -0.003013973092689238, -0.005874448550954021, -0.017469848018437574, 0.024232474949567494,
      0.003123051125615491, 0.015427272114238362,
    ],
  },
];

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  Array.from(expected, (value, i) => expect(Math.abs(actual[i] - value) / scale).toBeLessThan(tolerance));
}

describe('against PyTorch', () => {
  it.each(torch)('$term.kind', ({ term, value, byFeatures, byLogits }) => {
    const result = evaluateTerm(term, inputs);
    expect(result.value).toBeCloseTo(value, 12);
    expectNear(result.features ?? new Float32Array(6), byFeatures ?? new Float64Array(6), 1e-7);
    expectNear(result.logits ?? new Float32Array(8), byLogits ?? new Float64Array(8), 1e-7);
  });
});

const kinds = ['crossEntropy', 'pull', 'logitPull', 'distill', 'mutual', 'contrastive'] as const;

/** A term and a batch of random sizes; some classes have no row, and some rows have no class in the batch. */
function drawTerm(kind: (typeof kinds)[number], rng: Rng): { term: LossTerm; batch: TermInputs } {
  const [batchSize, dim, classes] = [1 + rng.integer(4), 1 + rng.integer(5), 1 + rng.integer(4)];
  const normals = (count: number, scale = 1): Float32Array =>
    Float32Array.from({ length: count }, () => scale * rng.normal());
  const table = (width: number): Prototypes => {
    const present = Int32Array.from({ length: classes }, (_, c) => c).filter(() => rng.uniform() < 0.7);
    const counts = new Float64Array(present.length).fill(1);
    return { dim: width, classes: present, counts, vectors: normals(present.length * width, 2) };
  };
  const term: Record<(typeof kinds)[number], LossTerm> = {
    crossEntropy: { kind: 'crossEntropy' },
    pull: { kind: 'pull', prototypes: table(dim), scale: 1 + rng.uniform() },
    logitPull: { kind: 'logitPull', prototypes: table(classes) },
    distill: { kind: 'distill', prototypes: table(classes) },
    mutual: { kind: 'mutual', targets: normals(batchSize * classes, 3) },
    contrastive: { kind: 'contrastive', prototypes: table(dim), temperature: 0.2 + rng.uniform() },
  };
  const batch = {
    features: normals(batchSize * dim),
    logits: normals(batchSize * classes, 3),
    labels: Int32Array.from({ length: batchSize }, () => rng.integer(classes)),
    batchSize,
    dim,
    classes,
  };
  return { term: term[kind], batch };
}

describe('against finite differences of a second version in float64', () => {
  it.each(kinds)('%s', (kind) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { term, batch } = drawTerm(kind, createRng(seed));
        const at = { features: Float64Array.from(batch.features), logits: Float64Array.from(batch.logits) };
        const value = (moved: { features?: Float64Array; logits?: Float64Array }): number =>
          oracleTerm(term, { labels: batch.labels, ownLogits: batch.logits, ...at, ...moved });
        const result = evaluateTerm(term, batch);
        expectNear([result.value], [value({})], 1e-6);
        const byFeatures = finiteDifferences((moved) => value({ features: moved }), at.features);
        const byLogits = finiteDifferences((moved) => value({ logits: moved }), at.logits);
        expectNear(result.features ?? at.features.map(() => 0), byFeatures, 1e-5);
        expectNear(result.logits ?? at.logits.map(() => 0), byLogits, 1e-5);
      }),
      { numRuns: 60 },
    );
  });
});

describe('corners', () => {
  it('survives logits that overflow an exponential', () => {
    const result = evaluateTerm(
      { kind: 'crossEntropy' },
      { ...inputs, logits: Float32Array.of(1e4, -1e4, 0, 5e3, 3e38, 0, -3e38, 1) },
    );
    expect(result.value).toBe((1e4 + 0) / 2);
    expect(result.logits!.every(Number.isFinite)).toBe(true);
  });

  it('lets samples of classes without a row count in the mean alone', () => {
    const half = evaluateTerm(
      { kind: 'pull', prototypes: features },
      { ...inputs, labels: Int32Array.of(1, 0) },
    );
    const whole = evaluateTerm({ kind: 'pull', prototypes: features }, inputs);
    expect(Array.from(half.features!.subarray(0, 3))).toEqual([0, 0, 0]);
    expect(half.features!.subarray(3)).toEqual(whole.features!.subarray(3));
  });

  it('is 0 for feature vectors and prototypes without a direction', () => {
    const term = { kind: 'contrastive', prototypes: rows(3, 0, 0, 0, 1, 2, 2), temperature: 1 } as const;
    const result = evaluateTerm(term, { ...inputs, features: Float32Array.of(0, 0, 0, 1, 2, 2) });
    // The second sample has cosine 0 to its own prototype and 1 to the other.
    expect(result.value).toBeCloseTo(Math.log(1 + Math.E) / 2, 12);
    expect(result.features!.every(Number.isFinite)).toBe(true);
  });

  it('hands a custom term its inputs and its result back', () => {
    const byLogits = new Float32Array(8).fill(2);
    const term: LossTerm = {
      kind: 'custom',
      name: 'mine',
      evaluate: (seen) => ({ value: seen.batchSize, logits: byLogits }),
    };
    expect(evaluateTerm(term, inputs)).toEqual({ value: 2, logits: byLogits });
  });
});

describe('bad input', () => {
  const custom = (result: object): LossTerm => ({
    kind: 'custom',
    name: 'mine',
    evaluate: () => ({ value: 0, ...result }),
  });
  it.each<[string, LossTerm, Partial<TermInputs>, string]>([
    [
      'a label above the classes',
      { kind: 'pull', prototypes: features },
      { labels: Int32Array.of(4, 0) },
      'unknown-class',
    ],
    ['a negative label', { kind: 'crossEntropy' }, { labels: Int32Array.of(0, -1) }, 'unknown-class'],
    [
      'too few labels',
      { kind: 'pull', prototypes: features },
      { labels: Int32Array.of(0) },
      'shape-mismatch',
    ],
    ['too few features', { kind: 'crossEntropy' }, { features: new Float32Array(5) }, 'shape-mismatch'],
    ['too many logits', { kind: 'crossEntropy' }, { logits: new Float32Array(9) }, 'shape-mismatch'],
    ['prototypes of another dim', { kind: 'pull', prototypes: logits }, {}, 'shape-mismatch'],
    ['logit rows of another width', { kind: 'logitPull', prototypes: features }, {}, 'shape-mismatch'],
    ['targets of another width', { kind: 'distill', prototypes: features }, {}, 'shape-mismatch'],
    ['a short helper', { kind: 'mutual', targets: new Float32Array(4) }, {}, 'shape-mismatch'],
    [
      'prototypes to tell apart of another dim',
      { kind: 'contrastive', prototypes: logits },
      {},
      'shape-mismatch',
    ],
    [
      'a temperature of 0',
      { kind: 'contrastive', prototypes: features, temperature: 0 },
      {},
      'invalid-argument',
    ],
    ['a custom gradient that is too short', custom({ logits: new Float32Array(7) }), {}, 'shape-mismatch'],
    ['a custom gradient of another shape', custom({ features: new Float32Array(8) }), {}, 'shape-mismatch'],
    ['an unknown term', { kind: 'hinge' } as unknown as LossTerm, {}, 'invalid-argument'],
  ])('refuses %s', (_, term, change, code) => {
    expect(() => evaluateTerm(term, { ...inputs, ...change })).toThrowError(
      expect.objectContaining({ code }),
    );
  });
});
