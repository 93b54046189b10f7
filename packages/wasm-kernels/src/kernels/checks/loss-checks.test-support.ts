import { evaluateTerm, type LossTerm, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import type { KernelBench, Region } from './kernel-bench.test-support.ts';
import { flags, kernelCheck } from './kernel-check.test-support.ts';

// `evaluateTerm` of @protonorm/tensor is the oracle: plain loops in float64.

const batches = fc.record({
  images: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 19 }),
  known: fc.integer({ min: 1, max: 6 }),
  accumulate: flags,
  spread: fc.constantFrom(1, 20, 400),
});

/** Labels in 0..7, of which the table has rows for some; the rows as kernels take them. */
function labelled(bench: KernelBench, images: number, known: number, width: number, spread: number) {
  const classes = Int32Array.from({ length: known }, (_, i) => i + (i > 1 ? 1 : 0));
  const table = bench.array(known * width, (random, m) =>
    known > 2 && m < width ? 0 : spread * (random() - 0.5),
  );
  const labels = Int32Array.from({ length: images }, () => Math.floor(8 * bench.random()));
  const prototypes: Prototypes = {
    dim: width,
    classes,
    counts: new Float64Array(known).fill(1),
    vectors: table.values as Float32Array,
  };
  const rows = bench.integers(Array.from(labels, (label) => classes.indexOf(label)));
  return { table, labels, prototypes, rows };
}

/** Runs a term on the logits or features of a batch and compares value and gradient. */
function compare(
  bench: KernelBench,
  given: {
    readonly term: LossTerm;
    readonly values: Region;
    readonly width: number;
    readonly labels: Int32Array;
    readonly of: 'features' | 'logits';
    readonly gradient: Region;
    readonly accumulate: number;
    readonly weight: number;
    readonly value: number;
  },
): void {
  const { term, values, width, labels, of, gradient, accumulate, weight, value } = given;
  const batchSize = labels.length;
  const classes = of === 'logits' ? width : 8;
  const own = values.values as Float32Array;
  const expected = evaluateTerm(term, {
    features: of === 'features' ? own : new Float32Array(batchSize),
    logits: of === 'logits' ? own : new Float32Array(batchSize * classes),
    // Labels only have to be classes of the model where a term reads them as such.
    labels: of === 'logits' ? labels.map((label) => Math.min(label, width - 1)) : labels,
    batchSize,
    dim: of === 'features' ? width : 1,
    classes,
  });
  const scale = Math.max(1, Math.abs(expected.value));
  bench.near(value, expected.value, 1e-12 * scale, scale);
  const direction = expected[of]!;
  bench.expect(gradient, (m) => Math.fround(weight) * direction[m] + accumulate * gradient.values[m], 1.5e-7);
}

const weight = 0.7;

export const crossEntropy = kernelCheck(batches, (bench, { images, width, accumulate, spread }) => {
  const values = bench.array(images * width, (random) => spread * (random() - 0.5));
  const gradient = bench.array(images * width);
  const labels = Int32Array.from({ length: images }, () => Math.floor(width * bench.random()));
  const pointer = bench.integers(Array.from(labels));
  const value = bench.run((kernels) =>
    kernels.crossEntropy(values.pointer, images, width, pointer, gradient.pointer, weight, accumulate),
  );
  compare(bench, {
    term: { kind: 'crossEntropy' },
    values,
    width,
    labels,
    of: 'logits',
    gradient,
    accumulate,
    weight,
    value,
  });
});

export const squaredError = kernelCheck(batches, (bench, { images, width, known, accumulate }) => {
  const { table, labels, prototypes, rows } = labelled(bench, images, known, width, 4);
  const values = bench.array(images * width);
  const gradient = bench.array(images * width);
  const scale = 80;
  const value = bench.run((kernels) =>
    kernels.squaredError(
      values.pointer,
      images,
      width,
      rows,
      table.pointer,
      scale,
      gradient.pointer,
      weight,
      accumulate,
    ),
  );
  const term: LossTerm = { kind: 'pull', prototypes, scale };
  compare(bench, { term, values, width, labels, of: 'features', gradient, accumulate, weight, value });
});

export const distill = kernelCheck(batches, (bench, { images, known, accumulate, spread }) => {
  const width = 8;
  const { table, labels, prototypes, rows } = labelled(bench, images, known, width, 2);
  const values = bench.array(images * width, (random) => spread * (random() - 0.5));
  const gradient = bench.array(images * width);
  const value = bench.run((kernels) =>
    kernels.distill(values.pointer, images, width, rows, table.pointer, gradient.pointer, weight, accumulate),
  );
  const term: LossTerm = { kind: 'distill', prototypes };
  compare(bench, { term, values, width, labels, of: 'logits', gradient, accumulate, weight, value });
});

export const mutual = kernelCheck(batches, (bench, { images, width, accumulate, spread }) => {
  const values = bench.array(images * width, (random) => spread * (random() - 0.5));
  const targets = bench.array(images * width, (random) => spread * (random() - 0.5));
  const gradient = bench.array(images * width);
  const value = bench.run((kernels) =>
    kernels.mutual(values.pointer, images, width, targets.pointer, gradient.pointer, weight, accumulate),
  );
  const term: LossTerm = { kind: 'mutual', targets: targets.values as Float32Array };
  const labels = new Int32Array(images);
  compare(bench, { term, values, width, labels, of: 'logits', gradient, accumulate, weight, value });
});

export const contrastive = kernelCheck(batches, (bench, { images, width, known, accumulate }) => {
  const { table, labels, prototypes, rows } = labelled(bench, images, known, width, 4);
  const values = bench.array(images * width, (random, m) => (m < width && known === 4 ? 0 : random() - 0.5));
  const gradient = bench.array(images * width);
  const scratch = bench.scratch(16 * known);
  const temperature = 0.1;
  const value = bench.run((kernels) =>
    kernels.contrastive(
      values.pointer,
      images,
      width,
      rows,
      table.pointer,
      known,
      temperature,
      gradient.pointer,
      weight,
      accumulate,
      scratch,
    ),
  );
  const term: LossTerm = { kind: 'contrastive', prototypes, temperature };
  compare(bench, { term, values, width, labels, of: 'features', gradient, accumulate, weight, value });
});
