import { ProtoNormError } from '@protonorm/tensor';

import { decimalNumber } from '../text/decimal-number.ts';
import type { TextFile } from '../text/text-file.ts';
import type { Series } from './stack-series.ts';

/** What a `.ts` file of the UCR/UEA archive holds. */
export interface TimeSeriesFile {
  readonly name: string;
  readonly problemName?: string;
  /** In the order of the file. */
  readonly classNames: readonly string[];
  readonly samples: readonly { readonly className: string; readonly series: Series }[];
  /** Line of the first missing value, from 1. */
  readonly missingAt?: number;
}

/** The header: what follows each `@key`, in lower case as the keys are written in several ways. */
type Header = ReadonlyMap<string, string>;

/**
 * Reads a `.ts` file: comments `#`, header lines `@key value`, and after `@data` a sample in each line, its channels and at
 * the end its class between colons, the values of a channel between commas, `?` for a missing one.
 *
 * Source: aeon, "The .ts file format" (aeon 1.6.0, `aeon/datasets/_data_loaders.py`).
 *
 * @throws `data-corrupt` with the line for what does not keep to it or to its own header, for time stamps, and for files
 *   without classes
 */
export function readTimeSeriesFile({ name, text }: TextFile): TimeSeriesFile {
  const lines = text.split(/\r\n|\n|\r/);
  const header = new Map<string, string>();
  let at = 0;
  for (; at < lines.length; at++) {
    const line = lines[at].trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, key, value] = /^@(\w+)\s*(.*)$/.exec(line) ?? [];
    if (key === undefined) {
      throw corrupt(`${name}, line ${at + 1}, comes before @data and is no header line.`, line.slice(0, 60));
    }
    if (key.toLowerCase() === 'data') break;
    header.set(key.toLowerCase(), value);
  }
  if (at === lines.length)
    throw corrupt(`${name} has no line @data.`, undefined, 'Is it a .ts file, and whole?');
  const classNames = classNamesOf(header, name);
  const samples: { className: string; series: Series }[] = [];
  let missingAt: number | undefined;
  for (at++; at < lines.length; at++) {
    const line = lines[at].trim();
    if (line === '' || line.startsWith('#')) continue;
    const where = `${name}, line ${at + 1},`;
    const parts = line.split(':');
    const className = parts.pop()!.trim();
    if (!classNames.includes(className)) {
      throw corrupt(
        `${where} ends with '${className.slice(0, 40)}', which is no class.`,
        className,
        undefined,
        classNames,
      );
    }
    const series = parts.map((part) => channelOf(part, where));
    if (missingAt === undefined && series.some((channel) => channel.some(Number.isNaN))) missingAt = at + 1;
    checkSeries(series, { header, where, first: samples[0]?.series });
    samples.push({ className, series });
  }
  if (samples.length === 0) throw corrupt(`${name} has no samples after @data.`, 0);
  const problemName = header.get('problemname');
  return {
    name,
    classNames,
    samples,
    ...(problemName !== undefined && { problemName }),
    ...(missingAt !== undefined && { missingAt }),
  };
}

/** The classes of the header, which must be there; what else this reader cannot do is refused here too. */
function classNamesOf(header: Header, name: string): readonly string[] {
  if (header.get('timestamps')?.toLowerCase() === 'true') {
    throw corrupt(
      `${name} has time stamps (@timeStamps true), which are not read.`,
      'true',
      'Bring the series to equal steps of time and write the values alone.',
    );
  }
  const [given = 'false', ...classNames] = (header.get('classlabel') ?? '').split(/\s+/);
  if (given.toLowerCase() !== 'true' || classNames.length === 0) {
    throw corrupt(
      `${name} has no classes: there is no line '@classLabel true' with their names.`,
      header.get('classlabel'),
      'Series with numbers to predict (@targetLabel) are not for federations with prototypes.',
    );
  }
  if (new Set(classNames).size < classNames.length) {
    throw corrupt(`${name} names a class twice.`, classNames);
  }
  return classNames;
}

function channelOf(text: string, where: string): Float64Array {
  if (text.trim() === '') return new Float64Array(0);
  return Float64Array.from(text.split(','), (cell) => {
    const trimmed = cell.trim();
    if (trimmed === '?' || trimmed.toLowerCase() === 'nan') return Number.NaN;
    const value = decimalNumber(trimmed);
    if (Number.isNaN(value)) throw corrupt(`${where} has '${trimmed.slice(0, 40)}' for a number.`, trimmed);
    return value;
  });
}

/** Holds a sample against the header and the first sample. */
function checkSeries(
  series: Series,
  context: { readonly header: Header; readonly where: string; readonly first: Series | undefined },
): void {
  const { header, where, first } = context;
  const univariate = header.get('univariate')?.toLowerCase() === 'true';
  const declared = univariate ? 1 : Number(header.get('dimensions') ?? first?.length ?? series.length);
  if (series.length !== declared || series.length === 0) {
    throw corrupt(
      `${where} has ${series.length} channels instead of ${declared}.`,
      series.length,
      undefined,
      declared,
    );
  }
  if (header.get('equallength')?.toLowerCase() !== 'true') return;
  const length = Number(header.get('serieslength') ?? first?.[0].length ?? series[0].length);
  for (const channel of series) {
    if (channel.length !== length) {
      throw corrupt(
        `${where} has a channel of ${channel.length} values instead of ${length} (@equalLength true).`,
        channel.length,
        'The file is truncated, or its header is wrong.',
        length,
      );
    }
  }
}

function corrupt(message: string, received: unknown, hint?: string, expected?: unknown): ProtoNormError {
  return new ProtoNormError('data-corrupt', message, {
    received,
    ...(hint !== undefined && { hint }),
    ...(expected !== undefined && { expected }),
  });
}
