import { parseTable, type TableDataset, type TableOptions } from '../tables/table.ts';
import { readTextFiles } from './read-text-files.ts';

/** Settings of {@link loadTable}. */
export interface LoadTableOptions extends TableOptions {
  /** Files of comma-separated values with the same header, also .gz, in the order in which they are joined. */
  readonly files: string | readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Loads a table from files of comma-separated values: see `parseTable`.
 *
 * @throws `data-not-found` for a missing file; what `parseTable` throws; `signal.reason` when aborted
 */
export async function loadTable(options: LoadTableOptions): Promise<TableDataset> {
  const { files, signal, ...rest } = options;
  const hint = 'Give files of comma-separated values with a header line, as .csv or .csv.gz.';
  return parseTable(await readTextFiles(files, { hint, signal }), rest);
}
