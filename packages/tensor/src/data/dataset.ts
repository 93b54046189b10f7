import { ProtoNormError } from '../errors/protonorm-error.ts';
import { firstNotFinite } from '../learner/first-not-finite.ts';
import type { LabelledBatch } from '../learner/train-step.ts';
import type { Rng } from '../random/rng.ts';
import { giveInputs, takeInputs } from './reused-inputs.ts';

/**
 * How stored values become inputs: x = (v / divisor - mean) / std, each step rounded to float32.
 *
 * This is what torchvision's `ToTensor` and `Normalize` do; the reference runs use mean = std = 0.5.
 */
export interface Normalisation {
  /** Finite, not 0; 255 for images. */
  readonly divisor: number;
  readonly mean: number;
  /** Finite, not 0. */
  readonly std: number;
}

/**
 * Labelled samples of one shape, in memory, as plain data.
 *
 * All arrays may lie on a `SharedArrayBuffer`, so that workers read one copy; nothing in ProtoNorm writes to them.
 */
export interface Dataset {
  readonly name: string;
  /** Shape of one sample without the batch: `[height, width, channels]` for images, `[n]` for tables. */
  readonly shape: readonly number[];
  /** Number of classes C, >= 1; classes without samples count. */
  readonly classes: number;
  /** Names of the classes, length C. */
  readonly classNames?: readonly string[];
  /** Number of samples. */
  readonly length: number;
  /** Stored values, shape [length, ...shape] row-major (NHWC for images), before normalisation. */
  readonly inputs: Uint8Array | Float32Array;
  /** Shape [length], 0..C-1. */
  readonly labels: Int32Array;
  /** Without it, the stored values are the inputs. */
  readonly normalise?: Normalisation;
  /** Natural owners of the samples (writer, speaker, hospital), shape [length], 0..G-1: the ids of a natural partition. */
  readonly groups?: Int32Array;
  /** Names of the owners, length G. */
  readonly groupNames?: readonly string[];
  /** Where the data come from, for reports. */
  readonly source: string;
  /** Licence of the data, for reports. */
  readonly licence: string;
}

/** A batch of normalised samples; a fresh copy that belongs to the caller, unless `reuse` was asked for. */
export interface Batch extends LabelledBatch {
  /** Rows of the data set, shape [size], in the order of the samples. */
  readonly indices: Int32Array;
  /** Number of samples B. */
  readonly size: number;
}

/** Settings of {@link DataSlice.batches}. */
export interface BatchOptions {
  /** Samples in a batch, an integer >= 1. */
  readonly batchSize: number;
  /**
   * Leaves out the last batch when it is not full, as the reference does in training and in collecting prototypes.
   *
   * @defaultValue false
   */
  readonly dropLast?: boolean;
  /** Draws a new order at each iteration; without it, the order of `indices` (as in the reference). */
  readonly shuffle?: Rng;
  /**
   * Lets the next batch overwrite the `inputs` of this one: who passes over many batches and keeps none spares the garbage
   * collector hundreds of megabytes.
   *
   * @defaultValue false
   */
  readonly reuse?: boolean;
}

/** Some samples of a data set in a fixed order: what a client trains or is tested on. May be empty. */
export interface DataSlice {
  readonly dataset: Dataset;
  /** Rows of the data set, shape [length]. */
  readonly indices: Int32Array;
  readonly length: number;
  /** Samples of each class, shape [C], int32. */
  classCounts(): Int32Array;
  /**
   * The samples in batches; the result can be iterated again.
   *
   * @throws `invalid-argument` for a batch size that is no integer >= 1
   */
  batches(options: BatchOptions): Iterable<Batch>;
}

/**
 * Checks that a data set is well-formed and returns it.
 *
 * @throws `shape-mismatch` for lengths that disagree, `unknown-class` for labels outside of 0..C-1,
 *   `not-finite` for NaN or infinity in float inputs, `invalid-argument` for a normalisation that divides by 0
 * @example
 * ```ts
 * import { checkDataset } from '@protonorm/tensor';
 * checkDataset({
 *   name: 'two points', shape: [2], classes: 2, length: 2,
 *   inputs: Float32Array.of(0, 0, 1, 1), labels: Int32Array.of(0, 1), source: 'by hand', licence: 'CC0-1.0',
 * }).length; // => 2
 * ```
 */
export function checkDataset(dataset: Dataset): Dataset {
  const { name, shape, classes, length, inputs, labels, normalise, groups } = dataset;
  const size = sampleSize(dataset);
  if (shape.length === 0 || !shape.every((extent) => Number.isInteger(extent) && extent >= 1)) {
    throw new ProtoNormError('shape-mismatch', `The shape of '${name}' is [${shape.join(', ')}].`, {
      received: shape,
      hint: 'It must hold integers >= 1, for example [28, 28, 1].',
    });
  }
  if (inputs.length !== length * size || labels.length !== length) {
    throw new ProtoNormError(
      'shape-mismatch',
      `'${name}' says ${length} samples of ${size} values, but has ${inputs.length} values and ${labels.length} labels.`,
      { received: [inputs.length, labels.length], expected: [length * size, length] },
    );
  }
  if (!(Number.isInteger(classes) && classes >= 1)) {
    throw new ProtoNormError(
      'invalid-argument',
      `'${name}' must have at least one class, received ${classes}.`,
      {
        received: classes,
      },
    );
  }
  for (let i = 0; i < length; i++) {
    if (labels[i] < 0 || labels[i] >= classes) {
      throw new ProtoNormError(
        'unknown-class',
        `Sample ${i} of '${name}' has label ${labels[i]}, outside of 0..${classes - 1}.`,
        { received: labels[i], expected: classes },
      );
    }
  }
  for (const [what, values, count] of [
    ['classNames', dataset.classNames, classes],
    ['groups', groups, length],
  ] as const) {
    if (values !== undefined && values.length !== count) {
      throw new ProtoNormError(
        'shape-mismatch',
        `${what} of '${name}' has ${values.length} entries, not ${count}.`,
        {
          received: values.length,
          expected: count,
        },
      );
    }
  }
  if (inputs instanceof Float32Array) {
    const bad = firstNotFinite(inputs);
    if (bad >= 0) {
      throw new ProtoNormError(
        'not-finite',
        `Sample ${Math.floor(bad / size)} of '${name}' has ${inputs[bad]} at value ${bad % size}.`,
        { received: inputs[bad], hint: 'Fill in or drop missing values before training.' },
      );
    }
  }
  if (
    normalise &&
    !(isDivisor(normalise.divisor) && isDivisor(normalise.std) && Number.isFinite(normalise.mean))
  ) {
    throw new ProtoNormError(
      'invalid-argument',
      `The normalisation of '${name}' must be finite with divisor and std other than 0.`,
      { received: normalise },
    );
  }
  return dataset;
}

/** Number of values of one sample: the product of its shape. */
export function sampleSize(dataset: Pick<Dataset, 'shape'>): number {
  return dataset.shape.reduce((product, extent) => product * extent, 1);
}

/**
 * Takes some samples of a data set, in a given order, without copying them.
 *
 * @param dataset - the samples; stored bytes are normalised through a table of 256 floats when a batch is made
 * @param indices - rows of the data set, shape [n], int32, 0..length-1; kept, not copied; may be empty
 * @throws `invalid-argument` for an index outside of the data set
 * @example
 * ```ts
 * import { sliceDataset } from '@protonorm/tensor';
 * const dataset = {
 *   name: 'pixels', shape: [1], classes: 2, length: 3, inputs: Uint8Array.of(0, 255, 51),
 *   labels: Int32Array.of(0, 1, 0), normalise: { divisor: 255, mean: 0.5, std: 0.5 }, source: 'by hand', licence: 'CC0-1.0',
 * };
 * const [batch] = sliceDataset(dataset, Int32Array.of(1, 0)).batches({ batchSize: 2 });
 * [...batch.inputs]; // => [1, -1]
 * ```
 */
export function sliceDataset(dataset: Dataset, indices: Int32Array): DataSlice {
  const bad = indices.findIndex((index) => index < 0 || index >= dataset.length);
  if (bad >= 0) {
    throw new ProtoNormError(
      'invalid-argument',
      `Index ${indices[bad]} at position ${bad} is outside of '${dataset.name}' with ${dataset.length} samples.`,
      { received: indices[bad], expected: dataset.length },
    );
  }
  const copySample = sampleCopier(dataset);
  const size = sampleSize(dataset);
  const gather = (rows: Int32Array, inputs: Float32Array): Batch => {
    const labels = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      copySample(rows[i] * size, inputs, i * size);
      labels[i] = dataset.labels[rows[i]];
    }
    return { inputs, labels, indices: rows, size: rows.length };
  };
  return {
    dataset,
    indices,
    length: indices.length,
    classCounts() {
      const counts = new Int32Array(dataset.classes);
      for (const index of indices) counts[dataset.labels[index]]++;
      return counts;
    },
    batches({ batchSize, dropLast = false, shuffle, reuse = false }) {
      if (!(Number.isInteger(batchSize) && batchSize >= 1)) {
        throw new ProtoNormError(
          'invalid-argument',
          `A batch size must be an integer >= 1, received ${batchSize}.`,
          {
            received: batchSize,
          },
        );
      }
      return {
        *[Symbol.iterator]() {
          const order = Int32Array.from(indices);
          shuffle?.shuffle(order);
          const kept = reuse ? takeInputs(dataset, Math.min(batchSize, order.length) * size) : undefined;
          try {
            for (let start = 0; start < order.length; start += batchSize) {
              const end = Math.min(start + batchSize, order.length);
              if (dropLast && end - start < batchSize) return;
              const numbers = (end - start) * size;
              yield gather(
                order.slice(start, end),
                kept === undefined ? new Float32Array(numbers) : kept.subarray(0, numbers),
              );
            }
          } finally {
            if (kept !== undefined) giveInputs(dataset, kept);
          }
        },
      };
    },
  };
}

/**
 * Copies a data set onto shared memory, so that it can be posted to worker threads without further copies.
 *
 * @returns a data set with the same values whose typed arrays lie on `SharedArrayBuffer`s
 */
export function shareDataset(dataset: Dataset): Dataset {
  const { inputs, labels, groups } = dataset;
  const shared =
    inputs instanceof Uint8Array
      ? new Uint8Array(new SharedArrayBuffer(inputs.byteLength))
      : new Float32Array(new SharedArrayBuffer(inputs.byteLength));
  shared.set(inputs);
  return {
    ...dataset,
    inputs: shared,
    labels: shareInts(labels),
    ...(groups && { groups: shareInts(groups) }),
  };
}

function shareInts(values: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

type SampleCopier = (from: number, target: Float32Array, to: number) => void;

/** Copies one sample and normalises it; bytes go through a table, because there are only 256 of them. */
function sampleCopier({ inputs, normalise, shape }: Dataset): SampleCopier {
  const size = sampleSize({ shape });
  if (inputs instanceof Uint8Array) {
    const table = Float32Array.from({ length: 256 }, (_, value) => normaliseValue(value, normalise));
    return (from, target, to) => {
      for (let k = 0; k < size; k++) target[to + k] = table[inputs[from + k]];
    };
  }
  return (from, target, to) => {
    for (let k = 0; k < size; k++) target[to + k] = normaliseValue(inputs[from + k], normalise);
  };
}

/** The float32 steps of torch: division, subtraction and division each round. */
function normaliseValue(value: number, normalise: Normalisation | undefined): number {
  if (normalise === undefined) return value;
  const f = Math.fround;
  return f(f(f(value / f(normalise.divisor)) - f(normalise.mean)) / f(normalise.std));
}

function isDivisor(value: number): boolean {
  return Number.isFinite(value) && Math.fround(value) !== 0;
}
