import type { Dataset } from '@protonorm/tensor';

import { parseTimeSeries, type TimeSeriesOptions } from '../time-series/time-series.ts';
import { readTextFiles } from './read-text-files.ts';

/** Settings of {@link loadTimeSeries}. */
export interface LoadTimeSeriesOptions extends TimeSeriesOptions {
  /** `.ts` files, also `.ts.gz`, in the order in which they are joined: the training part, then the test part. */
  readonly files: string | readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Loads time series from `.ts` files of the UCR/UEA archive: see `parseTimeSeries`, which also says how each channel is
 * standardised over all files together.
 *
 * @throws `data-not-found` for a missing file; what `parseTimeSeries` throws; `signal.reason` when aborted
 */
export async function loadTimeSeries(options: LoadTimeSeriesOptions): Promise<Dataset> {
  const { files, signal, ...rest } = options;
  const hint = 'Give the .ts files of a problem of the UCR/UEA archive, as .ts or .ts.gz.';
  return parseTimeSeries(await readTextFiles(files, { hint, signal }), rest);
}
