import { ProtoNormError } from '@protonorm/tensor';

import { decimalNumber } from '../text/decimal-number.ts';

/** A column of inputs, one number for each row. */
export interface InputColumn {
  readonly name: string;
  readonly values: Float64Array;
}

/** How columns are encoded. */
export interface EncodeOptions {
  readonly missing: ReadonlySet<string>;
  readonly maxCategories: number;
  readonly standardise: boolean;
}

/**
 * The inputs that a column of a table becomes; none when it has one value everywhere.
 *
 * Numbers (every cell that is there is a finite number): the column, mean 0 and standard deviation 1, the mean for missing
 * cells; and, if there are such, a column `name missing` of 0 and 1. Anything else: a column `name=value` of 0 and 1 for
 * each value, sorted, missing cells being a value `name missing` of their own.
 *
 * @throws `invalid-argument` for more values than `maxCategories`
 */
export function encodeColumn(
  name: string,
  cells: readonly string[],
  options: EncodeOptions,
): readonly InputColumn[] {
  const absent = cells.map((cell) => options.missing.has(cell));
  const numbers = Float64Array.from(cells, (cell, row) => (absent[row] ? 0 : decimalNumber(cell)));
  if (!numbers.some(Number.isNaN)) return encodeNumbers(name, numbers, { absent, ...options });
  const values = [...new Set(cells.filter((_, row) => !absent[row]))].sort();
  if (values.length > options.maxCategories) {
    throw new ProtoNormError(
      'invalid-argument',
      `The column '${name}' is no column of numbers and has ${values.length} different values, more than maxCategories = ${options.maxCategories}.`,
      {
        received: values.length,
        expected: options.maxCategories,
        hint: 'Leave out a column of names or free text, mark its cells that stand for a missing number as missing, or raise the limit.',
      },
    );
  }
  const indicators = values.map((value) => ({
    name: `${name}=${value}`,
    values: new Float64Array(cells.length),
  }));
  const places = new Map(values.map((value, place) => [value, indicators[place].values]));
  cells.forEach((cell, row) => {
    if (!absent[row]) places.get(cell)![row] = 1;
  });
  if (absent.includes(true)) indicators.push(missingColumn(name, absent));
  return indicators.length === 1 ? [] : indicators;
}

/** Where a column has no value. */
function missingColumn(name: string, absent: readonly boolean[]) {
  return { name: `${name} missing`, values: Float64Array.from(absent, Number) };
}

function encodeNumbers(
  name: string,
  numbers: Float64Array,
  options: { readonly absent: readonly boolean[]; readonly standardise: boolean },
): readonly InputColumn[] {
  const { absent, standardise } = options;
  const present = numbers.filter((_, row) => !absent[row]);
  if (present.length === 0) return [];
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  const variance = present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / present.length;
  const [shift, scale] = standardise ? [mean, Math.sqrt(variance)] : [0, 1];
  const columns: InputColumn[] = [];
  if (present.some((value) => value !== present[0])) {
    const values = numbers.map((value, row) => ((absent[row] ? mean : value) - shift) / scale);
    columns.push({ name, values });
  }
  if (present.length < numbers.length) columns.push(missingColumn(name, absent));
  return columns;
}
