import type { CheckedDataSet } from '../data/check-data-set.ts';
import { howToGet, type KnownDataSet } from '../data/known-data-sets.ts';
import { textTable } from './text-table.ts';

/** Bytes in megabytes with one digit. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** The known data sets for people. */
export function dataSetList(known: readonly KnownDataSet[]): string {
  const rows = known.map((set) => [
    set.name,
    set.shape.join('x'),
    String(set.classes),
    Object.entries(set.parts)
      .map(([part, samples]) => (part === 'all' ? thousands(samples) : `${part} ${thousands(samples)}`))
      .join(', '),
    set.bundled ? '—' : megabytes(set.downloadBytes),
    set.licence,
    set.summary,
  ]);
  const header = ['name', 'shape', 'classes', 'samples', 'MB', 'licence', 'what'];
  const ways = known.map((set) => `  ${set.name.padEnd(10)}${howToGet(set)}`);
  return [
    textTable(header, rows),
    '',
    'MB: size of the download. How to get the files:',
    ...ways,
    'Check files that you have: protonorm data NAME --data-dir DIR',
    '',
  ].join('\n');
}

/** The counts of a data set that was read, for people. */
export function countsText({ name, classNames, parts }: CheckedDataSet): string {
  const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  const rows = classNames.map((className, label) => [
    String(label),
    className,
    ...parts.map(({ classCounts }) => thousands(classCounts[label])),
  ]);
  const header = ['class', 'name', ...parts.map(({ part }) => part)];
  const checks = parts.map(({ part, classCounts, official, sha256 }) => {
    const verdict = official === null ? 'well-formed; no official checksum is known' : 'the official content';
    return `${name} ${part}: ${thousands(total(classCounts))} samples, ${verdict} (sha256 ${sha256.slice(0, 16)}...)`;
  });
  return [textTable(header, rows), '', ...checks, ''].join('\n');
}

function thousands(value: number): string {
  return value.toLocaleString('en');
}
