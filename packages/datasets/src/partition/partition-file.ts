import { ProtoNormError, type RngLabel } from '@protonorm/tensor';

import type { Partition } from './partition.ts';
import { partitionKinds, type PartitionKind } from './partition-options.ts';

/** A partition as JSON. */
export interface PartitionFile {
  readonly format: 'protonorm-partition';
  readonly version: 1;
  /** Name of the data set, for people. */
  readonly dataset?: string;
  readonly kind: PartitionKind | 'given';
  readonly seed: RngLabel;
  readonly compat?: 'numpy-legacy';
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly tries: number;
  readonly length: number;
  readonly train: readonly (readonly number[])[];
  readonly test: readonly (readonly number[])[];
  readonly warnings: readonly string[];
}

/** What a partition file must fit. */
export interface PartitionFileTarget {
  /** Number of samples of the data set. */
  readonly length: number;
  /** Number of clients of the run, if it is fixed. */
  readonly clients?: number;
  /** Class of each sample; with it, `class_counts_per_client` of the file is compared. */
  readonly labels?: ArrayLike<number>;
}

/** Turns a partition into plain JSON; {@link partitionFromFile} is its inverse. */
export function partitionToFile(partition: Partition, { dataset }: { dataset?: string } = {}): PartitionFile {
  const { kind, seed, compat, options, tries, length, train, test, warnings } = partition;
  return {
    format: 'protonorm-partition',
    version: 1,
    ...(dataset !== undefined && { dataset }),
    kind,
    seed,
    ...(compat && { compat }),
    options,
    tries,
    length,
    train: train.map((rows) => Array.from(rows)),
    test: test.map((rows) => Array.from(rows)),
    warnings,
  };
}

/**
 * Reads a partition from parsed JSON: a {@link PartitionFile}, or the format of the reference runs (`train`, `test`,
 * and optionally `seed`, `alpha`, `clients`, `least_samples`, `train_size`, `tries`, `class_counts_per_client`).
 *
 * A file may leave samples out, and a client may have none.
 *
 * @param value - parsed JSON
 * @param target - the data set that it must fit
 * @throws `invalid-partition` for a malformed file, another number of clients, an index outside of the data or in two
 *   places, a file made for another number of samples, or class counts that differ
 * @example
 * ```ts
 * import { partitionFromFile } from '@protonorm/datasets';
 * partitionFromFile({ train: [[0, 2], [3]], test: [[1], []] }, { length: 4 }).train.length; // => 2
 * ```
 */
export function partitionFromFile(value: unknown, target: PartitionFileTarget): Partition {
  if (typeof value !== 'object' || value === null) {
    throw invalid('A partition file must hold a JSON object.', value);
  }
  const file = value as Record<string, unknown>;
  if (file.format !== undefined && (file.format !== 'protonorm-partition' || file.version !== 1)) {
    throw invalid(
      `The file says format ${JSON.stringify(file.format)}, version ${JSON.stringify(file.version)}; this version reads 'protonorm-partition', 1.`,
      file.format,
    );
  }
  const train = indexLists(file.train, 'train');
  const test = indexLists(file.test, 'test');
  checkClientCount(train.length, test.length, file.clients, target.clients);
  if (file.length !== undefined && file.length !== target.length) {
    throw invalid(
      `The partition is for ${String(file.length)} samples, the data set has ${target.length}.`,
      file.length,
    );
  }
  checkIndices({ train, test }, target.length);
  if (target.labels !== undefined && file.class_counts_per_client !== undefined) {
    checkClassCounts(train, test, target.labels, file.class_counts_per_client);
  }
  return {
    ...originOf(file, train.length),
    length: target.length,
    train,
    test,
  };
}

function originOf(
  file: Record<string, unknown>,
  clients: number,
): Omit<Partition, 'length' | 'train' | 'test'> {
  const number = (name: string): number | undefined =>
    typeof file[name] === 'number' ? file[name] : undefined;
  const seed = typeof file.seed === 'number' || typeof file.seed === 'string' ? file.seed : 'unknown';
  const tries = number('tries') ?? 1;
  if (file.format !== undefined) {
    const { kind, compat, options = {}, warnings = [] } = file;
    if (kind !== 'given' && !partitionKinds.includes(kind as PartitionKind)) {
      throw invalid(`The file has the unknown kind ${JSON.stringify(kind)}.`, kind);
    }
    if (typeof options !== 'object' || options === null || !Array.isArray(warnings)) {
      throw invalid('The file has malformed options or warnings.', options);
    }
    return {
      kind: kind as Partition['kind'],
      seed,
      ...(compat === 'numpy-legacy' && { compat }),
      options: options as Partition['options'],
      tries,
      warnings: warnings.map(String),
    };
  }
  const alpha = number('alpha');
  const trainFraction = number('train_size');
  const minSamples = number('least_samples');
  return {
    kind: alpha === undefined ? 'given' : 'dirichlet',
    seed,
    options: {
      clients,
      ...(alpha !== undefined && { alpha }),
      ...(trainFraction !== undefined && { trainFraction }),
      ...(minSamples !== undefined && { minSamples }),
    },
    tries,
    warnings: [],
  };
}

function indexLists(value: unknown, name: string): Int32Array[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every((rows) => Array.isArray(rows))) {
    throw invalid(`'${name}' must be a list of lists of sample indices, one for each client.`, value);
  }
  return value.map((rows: unknown[], client) => {
    const bad = rows.findIndex((row) => !(typeof row === 'number' && Number.isInteger(row)));
    if (bad >= 0) {
      throw invalid(
        `'${name}' of client ${client} has ${JSON.stringify(rows[bad])} at position ${bad}; it must be an index.`,
        rows[bad],
      );
    }
    const outOfInt32 = (rows as number[]).find((row) => row < 0 || row > 0x7fffffff);
    if (outOfInt32 !== undefined)
      throw invalid(`'${name}' of client ${client} has the index ${outOfInt32}.`, outOfInt32);
    return Int32Array.from(rows as number[]);
  });
}

function checkClientCount(train: number, test: number, stated: unknown, expected: number | undefined): void {
  if (train !== test)
    throw invalid(`There are training sets of ${train} clients, but test sets of ${test}.`, [train, test]);
  if (stated !== undefined && stated !== train) {
    throw invalid(`The file says ${String(stated)} clients, but lists ${train}.`, stated);
  }
  if (expected !== undefined && expected !== train) {
    throw invalid(
      `The partition is for ${train} clients, the run has ${expected}.`,
      train,
      'Use the same number of clients.',
    );
  }
}

function checkIndices(lists: Record<string, readonly Int32Array[]>, length: number): void {
  const owner = new Map<number, string>();
  for (const [name, clients] of Object.entries(lists)) {
    clients.forEach((rows, client) => {
      const place = `'${name}' of client ${client}`;
      for (const row of rows) {
        if (row >= length) {
          throw invalid(
            `${place} has the index ${row}, but the data set has ${length} samples.`,
            row,
            'Is it the right data set?',
          );
        }
        const other = owner.get(row);
        if (other !== undefined) {
          throw invalid(
            `Sample ${row} is in ${other} and again in ${place}.`,
            row,
            'A sample must belong to one place.',
          );
        }
        owner.set(row, place);
      }
    });
  }
}

function checkClassCounts(
  train: readonly Int32Array[],
  test: readonly Int32Array[],
  labels: ArrayLike<number>,
  stated: unknown,
): void {
  train.forEach((rows, client) => {
    const expected: unknown = Array.isArray(stated) ? stated[client] : undefined;
    const counts = new Int32Array(Array.isArray(expected) ? expected.length : 0);
    for (const row of [...rows, ...test[client]]) counts[labels[row]]++;
    if (!Array.isArray(expected) || counts.some((count, label) => count !== expected[label])) {
      throw invalid(
        `Client ${client} has the class counts ${counts.join(', ')}; the file says ${JSON.stringify(expected)}.`,
        expected,
        'The file was made for another data set or another order of it.',
      );
    }
  });
}

function invalid(message: string, received: unknown, hint?: string): ProtoNormError {
  return new ProtoNormError('invalid-partition', message, { received, ...(hint !== undefined && { hint }) });
}
