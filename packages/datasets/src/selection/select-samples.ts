import { ProtoNormError, sampleSize, type Dataset } from '@protonorm/tensor';

/**
 * Copies some samples of a data set, in the given order, into a new one.
 *
 * Where a view is enough (batches of a client), use `sliceDataset` of `@protonorm/tensor`, which copies nothing.
 *
 * @param indices - rows, 0..length-1; may repeat
 * @throws `invalid-argument` for an index outside of the data set
 */
export function selectSamples(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  const size = sampleSize(dataset);
  const length = indices.length;
  const inputs =
    dataset.inputs instanceof Uint8Array ? new Uint8Array(length * size) : new Float32Array(length * size);
  const labels = new Int32Array(length);
  const groups = new Int32Array(dataset.groups ? length : 0);
  for (let i = 0; i < length; i++) {
    const row = indices[i];
    if (!(Number.isInteger(row) && row >= 0 && row < dataset.length)) {
      throw new ProtoNormError(
        'invalid-argument',
        `Index ${row} is outside of '${dataset.name}' (${dataset.length}).`,
        {
          received: row,
          expected: dataset.length,
        },
      );
    }
    inputs.set(dataset.inputs.subarray(row * size, (row + 1) * size), i * size);
    labels[i] = dataset.labels[row];
    if (dataset.groups) groups[i] = dataset.groups[row];
  }
  return { ...dataset, length, inputs, labels, ...(dataset.groups && { groups }) };
}

/**
 * Takes the first n samples of each class, sorted by class: sample i has label floor(i / n).
 *
 * The reference runs on "CIFAR-2k" use the first 200 training images of each class.
 *
 * @param perClass - an integer >= 1
 * @throws `invalid-argument` when a class has fewer samples
 * @example
 * ```ts
 * import { digitsDataset, takePerClass } from '@protonorm/datasets';
 * takePerClass(digitsDataset(), 20).length; // => 200
 * ```
 */
export function takePerClass(dataset: Dataset, perClass: number): Dataset {
  if (!(Number.isInteger(perClass) && perClass >= 1)) {
    throw new ProtoNormError('invalid-argument', `perClass must be an integer >= 1, received ${perClass}.`, {
      received: perClass,
    });
  }
  const rows: number[][] = Array.from({ length: dataset.classes }, () => []);
  for (let i = 0; i < dataset.length; i++) {
    const own = rows[dataset.labels[i]];
    if (own.length < perClass) own.push(i);
  }
  const short = rows.findIndex((own) => own.length < perClass);
  if (short >= 0) {
    throw new ProtoNormError(
      'invalid-argument',
      `Class ${short} of '${dataset.name}' has only ${rows[short].length} samples, not ${perClass}.`,
      {
        received: perClass,
        hint: `Take at most ${Math.min(...rows.map((own) => own.length))} of each class.`,
      },
    );
  }
  return selectSamples(dataset, rows.flat());
}

/**
 * Joins data sets of one kind, e.g. the training and test parts that the reference merges before it partitions.
 *
 * @param datasets - at least one; same shape, classes, storage type and normalisation
 * @returns a copy; natural groups are kept when all parts have them (their ids must mean the same)
 * @throws `shape-mismatch` for parts that do not fit each other, `invalid-argument` for an empty list
 */
export function concatDatasets(datasets: readonly Dataset[]): Dataset {
  const [first] = datasets;
  if (first === undefined) throw new ProtoNormError('invalid-argument', 'There is no data set to join.');
  for (const other of datasets) {
    if (kindOf(other) === kindOf(first)) continue;
    throw new ProtoNormError('shape-mismatch', `'${other.name}' cannot be joined to '${first.name}'.`, {
      received: kindOf(other),
      expected: kindOf(first),
      hint: 'Shape, classes, storage type, normalisation and names of groups must be the same.',
    });
  }
  const length = datasets.reduce((sum, part) => sum + part.length, 0);
  const size = sampleSize(first);
  const inputs =
    first.inputs instanceof Uint8Array ? new Uint8Array(length * size) : new Float32Array(length * size);
  const labels = new Int32Array(length);
  const grouped = datasets.every(({ groups }) => groups !== undefined);
  const groups = new Int32Array(grouped ? length : 0);
  let at = 0;
  for (const part of datasets) {
    inputs.set(part.inputs, at * size);
    labels.set(part.labels, at);
    if (grouped) groups.set(part.groups!, at);
    at += part.length;
  }
  const { groups: _, ...rest } = first;
  return { ...rest, length, inputs, labels, ...(grouped && { groups }) };
}

/** What two data sets must share to be joined. */
function kindOf({ shape, classes, inputs, normalise, groupNames }: Dataset): string {
  return JSON.stringify([shape, classes, inputs instanceof Uint8Array, normalise, groupNames]);
}
