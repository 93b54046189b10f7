import type { MeanAndError } from './compare/mean-and-error.ts';

/** What stands for a number that is not there. */
export const MISSING = '–';

/** An accuracy as a percentage with its standard error: 71.2 ± 0.4. */
export function accuracyText(value: MeanAndError | null): string {
  if (value === null) return MISSING;
  const { mean, error } = value;
  return `${(100 * mean).toFixed(1)}${error === null ? '' : ` ± ${(100 * error).toFixed(1)}`}`;
}

/** A whole number with commas. */
export function countText(value: number | null): string {
  return value === null ? MISSING : Math.round(value).toLocaleString('en');
}

/** Three significant digits, with commas in large numbers. */
export function figureText(value: number | null): string {
  return value === null
    ? MISSING
    : Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 });
}

/** A cosine with four decimals. */
export function cosineText(value: number | null): string {
  return value === null ? MISSING : value.toFixed(4).replace('-', '−');
}
