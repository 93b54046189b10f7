import { ProtoNormError, type Dataset } from '@protonorm/tensor';

import { textFiles, type TextFile } from '../text/text-file.ts';
import { stackSeries, type StackOptions } from './stack-series.ts';
import { readTimeSeriesFile } from './time-series-file.ts';

/** Settings of {@link parseTimeSeries}. */
export interface TimeSeriesOptions extends Omit<StackOptions, 'fillMissing'> {
  /**
   * What stands for a missing value (`?`): the mean of its channel over all samples, or the last value before it in its
   * sample (the mean, where there is none). Without it, files with missing values are refused.
   */
  readonly fillMissing?: 'mean' | 'previous';
  /** @defaultValue the problem's name in the first file, else 'time-series' */
  readonly name?: string;
  /** @defaultValue the names of the files */
  readonly source?: string;
  /** @defaultValue 'not stated' */
  readonly licence?: string;
}

/**
 * Makes a data set of time series in `.ts` files of the UCR/UEA archive, of one or several channels and of any lengths.
 *
 * Samples have the shape [T, 1, channels], so that a convolution with the kernel [k, 1] is one over time. Each channel is
 * standardised to mean 0 and standard deviation 1 over all values that were read, in all files given (also the test part:
 * leave it to yourself with `standardise: false` where that matters). Series shorter than T end with zeros, the mean.
 *
 * @param files - the text of a file, or several files with the same channels and classes, joined in their order (training
 *   part first); classes are numbered as the first file lists them
 * @returns float32 inputs, int32 labels, names of the classes
 * @throws `data-corrupt` with file and line for malformed text, time stamps, missing values without `fillMissing`, or
 *   files without classes; `shape-mismatch` for files that do not fit each other; `invalid-argument` for no file or a
 *   length that is no integer >= 1
 * @example
 * ```ts
 * import { parseTimeSeries } from '@protonorm/datasets';
 * const text = `@problemName Steps
 * @univariate true
 * @classLabel true up down
 * @data
 * 1,2,3:up
 * 3,1:down`;
 * const { shape, labels, inputs } = parseTimeSeries(text, { standardise: false });
 * [...shape, ...labels, ...inputs]; // => [3, 1, 1, 0, 1, 1, 2, 3, 3, 1, 0]
 * ```
 */
export function parseTimeSeries(
  files: string | readonly TextFile[],
  options: TimeSeriesOptions = {},
): Dataset {
  const parts = textFiles(files, 'time series').map(readTimeSeriesFile);
  const [first] = parts;
  if (first === undefined) throw new ProtoNormError('invalid-argument', 'There is no file of time series.');
  const channels = first.samples[0].series.length;
  for (const part of parts) {
    const [received, expected] = [part, first].map(({ classNames, samples }) => ({
      channels: samples[0].series.length,
      classes: [...classNames].sort(),
    }));
    if (JSON.stringify(received) !== JSON.stringify(expected)) {
      throw new ProtoNormError(
        'shape-mismatch',
        `${part.name} cannot be joined to ${first.name}: it has ${received.channels} channels and the classes ${received.classes.join(', ')}; the other ${channels} and ${expected.classes.join(', ')}.`,
        { received, expected },
      );
    }
    if (part.missingAt !== undefined && options.fillMissing === undefined) {
      throw new ProtoNormError(
        'data-corrupt',
        `${part.name}, line ${part.missingAt}, has a missing value ('?').`,
        { received: '?', hint: "Have them filled by fillMissing: 'mean' or 'previous'." },
      );
    }
  }
  const samples = parts.flatMap((part) => part.samples);
  const numbers = new Map(first.classNames.map((className, label) => [className, label]));
  const { name = first.problemName ?? 'time-series', source, licence = 'not stated' } = options;
  return {
    name,
    ...stackSeries(
      samples.map(({ series }) => series),
      options,
    ),
    classes: first.classNames.length,
    classNames: first.classNames,
    length: samples.length,
    labels: Int32Array.from(samples, ({ className }) => numbers.get(className)!),
    source: source ?? parts.map((part) => part.name).join(', '),
    licence,
  };
}
