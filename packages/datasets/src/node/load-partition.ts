import { readFile } from 'node:fs/promises';

import { ProtoNormError } from '@protonorm/tensor';

import type { Partition } from '../partition/partition.ts';
import { partitionFromFile, type PartitionFileTarget } from '../partition/partition-file.ts';

/** A partition file and what it must fit. */
export interface LoadPartitionOptions extends PartitionFileTarget {
  readonly file: string;
  readonly signal?: AbortSignal;
}

/**
 * Reads a partition from a JSON file: see {@link partitionFromFile}.
 *
 * @throws `data-not-found` for a missing file, `invalid-partition` for no JSON or what {@link partitionFromFile} refuses
 */
export async function loadPartition({ file, signal, ...target }: LoadPartitionOptions): Promise<Partition> {
  let text: string;
  try {
    text = await readFile(file, { encoding: 'utf8', signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ProtoNormError('data-not-found', `The partition file ${file} cannot be read.`, {
      received: file,
      cause,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProtoNormError('invalid-partition', `${file} is no JSON: ${(cause as Error).message}`, {
      received: file,
      cause,
    });
  }
  return partitionFromFile(value, target);
}
