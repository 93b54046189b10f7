import { nearestName, ProtoNormError, type Dataset } from '@protonorm/tensor';

import { decimalNumber } from '../text/decimal-number.ts';
import { textFiles, type TextFile } from '../text/text-file.ts';
import { csvRows } from './csv-rows.ts';
import { encodeColumn } from './table-columns.ts';

/** Settings of {@link parseTable}. */
export interface TableOptions {
  /** Name of the column with the class. */
  readonly label: string;
  /** Cells that stand for a missing value. @defaultValue ['', '?', 'NA'] */
  readonly missing?: readonly string[];
  /** Most different values of a column that is not one of numbers, and of the label. @defaultValue 100 */
  readonly maxCategories?: number;
  /** Brings columns of numbers to mean 0 and standard deviation 1 over all rows. @defaultValue true */
  readonly standardise?: boolean;
  /** One character between cells. @defaultValue ',' */
  readonly delimiter?: string;
  /** @defaultValue 'table' */
  readonly name?: string;
  /** @defaultValue the names of the files */
  readonly source?: string;
  /** @defaultValue 'not stated' */
  readonly licence?: string;
}

/** A data set that was a table. */
export interface TableDataset extends Dataset {
  /** What each of the n inputs is: `age`, `age missing`, `sex=Male`. */
  readonly inputNames: readonly string[];
  /** Columns without information: one value everywhere. */
  readonly droppedColumns: readonly string[];
}

/**
 * Makes a data set of a table of comma-separated values with a header line.
 *
 * A column whose cells are all finite numbers is one of numbers: mean 0, standard deviation 1 (of the population, over all
 * rows of all files); missing cells get the mean, and a column that says where. Every other column becomes one of 0 and 1
 * for each of its values, missing cells being a value of their own. Columns with one value everywhere are dropped.
 *
 * @param files - the text of a table, or several files with the same header, joined in their order
 * @returns shape [n], float32; classes sorted (by number, where all are numbers); names of inputs and dropped columns
 * @throws `data-corrupt` with file and line for rows of another length, bad quotes, names that occur twice, rows without a
 *   class, or nothing to learn from; `shape-mismatch` for files with different headers; `invalid-argument` for a label that
 *   is no column (with the columns), too many categories, no file, or settings out of range
 * @example
 * ```ts
 * import { parseTable } from '@protonorm/datasets';
 * const { inputNames, inputs, classNames } = parseTable('age,sex,ill\n30,m,no\n50,f,yes\n', { label: 'ill' });
 * [...inputNames, ...inputs, ...classNames]; // => ['age', 'sex=f', 'sex=m', -1, 0, 1, 1, 1, 0, 'no', 'yes']
 * ```
 */
export function parseTable(files: string | readonly TextFile[], options: TableOptions): TableDataset {
  const { label, missing = ['', '?', 'NA'], maxCategories = 100, standardise = true } = options;
  const { delimiter = ',', name = 'table', licence = 'not stated' } = options;
  if (delimiter.length !== 1 || /["\s]/.test(delimiter.replace('\t', ''))) {
    throw new ProtoNormError('invalid-argument', `'${delimiter}' cannot be the delimiter of a table.`, {
      received: delimiter,
      expected: 'one character, no quote and no space',
    });
  }
  const parts = textFiles(files, 'table').map((file) => readTable(file, delimiter));
  const [first] = parts;
  if (first === undefined) throw new ProtoNormError('invalid-argument', 'There is no file of a table.');
  const { header } = first;
  for (const part of parts) {
    if (JSON.stringify(part.header) === JSON.stringify(header)) continue;
    throw new ProtoNormError('shape-mismatch', `${part.name} has another header than ${first.name}.`, {
      received: part.header,
      expected: header,
    });
  }
  const labelAt = header.indexOf(label);
  if (labelAt < 0) throw noLabel(label, first);
  const encoding = { missing: new Set(missing), maxCategories, standardise };
  const rows = parts.flatMap((part) => part.rows);
  const { labels, classNames } = encodeLabels(parts, labelAt, encoding);
  const columns = header.flatMap((column, at) => {
    if (at === labelAt) return [];
    const cells = rows.map((row) => row[at]);
    return [{ column, inputs: encodeColumn(column, cells, encoding) }];
  });
  const inputs = columns.flatMap((column) => column.inputs);
  if (inputs.length === 0) {
    throw new ProtoNormError(
      'data-corrupt',
      `${first.name} has nothing to learn from: every column but '${label}' has one value everywhere.`,
      { received: header },
    );
  }
  const values = new Float32Array(rows.length * inputs.length);
  inputs.forEach((input, at) => {
    for (let row = 0; row < rows.length; row++) values[row * inputs.length + at] = input.values[row];
  });
  return {
    name,
    shape: [inputs.length],
    classes: classNames.length,
    classNames,
    length: rows.length,
    inputs: values,
    labels,
    source: options.source ?? parts.map((part) => part.name).join(', '),
    licence,
    inputNames: inputs.map((input) => input.name),
    droppedColumns: columns.flatMap((column) => (column.inputs.length === 0 ? [column.column] : [])),
  };
}

/** A table as text, all rows as long as the header. */
interface ReadTable {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line in which each row begins. */
  readonly lines: readonly number[];
}

function readTable({ name, text }: TextFile, delimiter: string): ReadTable {
  let header: readonly string[] | undefined;
  const rows: (readonly string[])[] = [];
  const lines: number[] = [];
  for (const { line, cells } of csvRows(text, delimiter)) {
    if (cells === undefined) {
      throw new ProtoNormError(
        'data-corrupt',
        `${name}, line ${line}, has a quote that is not closed or not around a cell.`,
        {
          hint: 'A cell with a quote is written in quotes, with that quote doubled.',
        },
      );
    }
    if (header === undefined) {
      const twice = cells.find((column, at) => cells.indexOf(column) < at);
      if (twice !== undefined) {
        throw new ProtoNormError('data-corrupt', `${name} has two columns '${twice}'.`, { received: cells });
      }
      header = cells;
      continue;
    }
    if (cells.length !== header.length) {
      throw new ProtoNormError(
        'data-corrupt',
        `${name}, line ${line}, has ${cells.length} cells; its header has ${header.length}.`,
        {
          received: cells.length,
          expected: header.length,
          hint: 'Is it truncated, or the delimiter another?',
        },
      );
    }
    rows.push(cells);
    lines.push(line);
  }
  if (header === undefined || rows.length === 0) {
    throw new ProtoNormError('data-corrupt', `${name} has no rows after a header line.`, {
      received: rows.length,
    });
  }
  return { name, header, rows, lines };
}

function encodeLabels(
  parts: readonly ReadTable[],
  at: number,
  options: { readonly missing: ReadonlySet<string>; readonly maxCategories: number },
): { readonly labels: Int32Array; readonly classNames: readonly string[] } {
  for (const { name, rows, lines } of parts) {
    const bad = rows.findIndex((row) => options.missing.has(row[at]));
    if (bad < 0) continue;
    throw new ProtoNormError('data-corrupt', `${name}, line ${lines[bad]}, has no class.`, {
      received: rows[bad][at],
      hint: 'Leave out rows without a class.',
    });
  }
  const cells = parts.flatMap(({ rows }) => rows.map((row) => row[at]));
  const classNames = [...new Set(cells)].sort();
  if (classNames.length > options.maxCategories) {
    throw new ProtoNormError(
      'invalid-argument',
      `The label '${parts[0].header[at]}' has ${classNames.length} different values, more than maxCategories = ${options.maxCategories}.`,
      {
        received: classNames.length,
        expected: options.maxCategories,
        hint: 'A number to predict is no class; raise the limit if these are classes.',
      },
    );
  }
  if (!classNames.some((name) => Number.isNaN(decimalNumber(name)))) {
    classNames.sort((a, b) => Number(a) - Number(b));
  }
  const numbers = new Map(classNames.map((name, label) => [name, label]));
  return { labels: Int32Array.from(cells, (cell) => numbers.get(cell)!), classNames };
}

function noLabel(label: string, { name, header }: ReadTable): ProtoNormError {
  const near = nearestName(label, header);
  return new ProtoNormError('invalid-argument', `${name} has no column '${label}' for the class.`, {
    received: label,
    expected: header,
    hint: `${near === undefined ? '' : `Did you mean '${near}'? `}Columns: ${header.join(', ')}.`,
  });
}
