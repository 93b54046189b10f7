/** What stands for a number that is not there. */
export const MISSING = '–';

/** An accuracy in 0..1 as a percentage with one decimal. */
export function percent(value: number | null | undefined, decimals = 1): string {
  return isNumber(value) ? `${(100 * value).toFixed(decimals)}%` : MISSING;
}

/** A difference of accuracies in percentage points, with its sign. */
export function points(difference: number): string {
  const value = (100 * difference).toFixed(1);
  return `${Number(value) === 0 ? '0.0' : value.replace('-', '−')} points`;
}

/** A whole number with commas: 153,640. */
export function integer(value: number | null | undefined): string {
  if (!isNumber(value)) return MISSING;
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')
    .replace('-', '−');
}

/** Bytes in powers of 1000 with three digits: 7.51 kB. */
export function bytes(value: number | null | undefined): string {
  if (!isNumber(value)) return MISSING;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  if (unit === 0) return `${Math.round(size)} B`;
  return `${size.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0)} ${units[unit]}`;
}

/** A number with a given number of decimals and a true minus sign. */
export function decimal(value: number | null | undefined, decimals: number): string {
  return isNumber(value) ? value.toFixed(decimals).replace('-', '−') : MISSING;
}

/** Up to four significant digits without trailing zeros, for numbers of unknown size. */
export function compact(value: number | null | undefined): string {
  if (!isNumber(value)) return MISSING;
  return Number(value.toPrecision(4)).toString().replaceAll('-', '−');
}

/** Seconds for people: 8.3 s, 1 min 12 s, 2 h 5 min. */
export function duration(seconds: number | null | undefined): string {
  if (!isNumber(seconds)) return MISSING;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Words as in a sentence: 'a', 'a and b', 'a, b and c'. */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** '1 client', '3 clients'. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${integer(count)} ${count === 1 ? noun : many}`;
}

/** Text cut to a length with an ellipsis. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** A finite number; what a run that diverged wrote as NaN, or JSON as null, is none. */
export function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
