import { ProtoNormError } from '@protonorm/tensor';
import { datasetSha256 } from '../run/load-data.ts';
import { loadNamedData } from './load-named-data.ts';
import { howToGet, type KnownDataSet } from './known-data-sets.ts';

/** A part of a data set, read and counted. */
interface CheckedPart {
  readonly part: 'train' | 'test' | 'all';
  readonly samples: number;
  /** Samples of each class, length C. */
  readonly classCounts: readonly number[];
  readonly sha256: string;
  /** Whether it is the official content; null = no checksum of it is known here. */
  readonly official: boolean | null;
}

/** A data set whose files were read. */
export interface CheckedDataSet {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly parts: readonly CheckedPart[];
}

/**
 * Reads all files of a data set, checks their form and their content, and counts the samples of each class.
 *
 * @throws `data-not-found`, `data-corrupt`: also when the form is right and the content is not the official one
 */
export async function checkDataSet(
  known: KnownDataSet,
  options: { readonly dir?: string | undefined; readonly signal: AbortSignal },
): Promise<CheckedDataSet> {
  const { dir, signal } = options;
  const parts: CheckedPart[] = [];
  let classNames: readonly string[] = [];
  for (const part of Object.keys(known.parts) as CheckedPart['part'][]) {
    const dataset = await loadNamedData(known.name, {
      signal,
      ...(!known.bundled && { dir, split: part }),
    });
    const classCounts = new Array<number>(dataset.classes).fill(0);
    for (const label of dataset.labels) classCounts[label]++;
    const sha256 = datasetSha256(dataset);
    const expected = known.sha256?.[part];
    if (expected !== undefined && sha256 !== expected) {
      throw new ProtoNormError(
        'data-corrupt',
        `The ${part} part of '${known.name}' in ${dir} can be read, but is not the official one.`,
        { received: sha256, expected, hint: `Get the official files again: ${howToGet(known)}.` },
      );
    }
    classNames = dataset.classNames ?? classCounts.map((_, label) => String(label));
    parts.push({
      part,
      samples: dataset.length,
      classCounts,
      sha256,
      official: expected === undefined ? null : true,
    });
  }
  return { name: known.name, classNames, parts };
}
