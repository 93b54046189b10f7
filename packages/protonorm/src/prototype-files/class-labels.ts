import { corrupt } from './corrupt.ts';

/** The classes that the labels of a file stand for. */
export interface LabelledClasses {
  /** Class of each row, each once. */
  readonly classes: readonly number[];
  /** Name of each row, where the labels are names. */
  readonly names?: readonly string[] | undefined;
}

/**
 * Reads the labels of the rows of a file: class indices, which may be written as text, or names, which give the rows the
 * classes 0, 1, 2, ... in their order.
 *
 * Labels are names as soon as one of them is no number, since a text file cannot tell '7' from 7.
 *
 * @throws `data-corrupt` for an index that is no integer from 0 to 2^31 - 1, a label that comes twice, and a name that is
 *   empty or has more than one line
 */
export function classesOfLabels(path: string, labels: readonly (number | string)[]): LabelledClasses {
  const named = labels.some((label) => typeof label === 'string' && !isNumber(label));
  const read = labels.map((label, row) => (named ? readName(path, label, row) : readIndex(path, label, row)));
  const seen = new Set<number | string>();
  for (const label of read) {
    if (seen.has(label)) throw corrupt(path, `class ${label} has two rows`, label);
    seen.add(label);
  }
  return named
    ? { classes: read.map((_, row) => row), names: read as string[] }
    : { classes: read as number[] };
}

function isNumber(label: string): boolean {
  return label.trim() !== '' && !Number.isNaN(Number(label));
}

function readIndex(path: string, label: number | string, row: number): number {
  const index = Number(label);
  // + 0: there is no class -0.
  if (Number.isInteger(index) && index >= 0 && index <= 0x7fffffff) return index + 0;
  throw corrupt(path, `row ${row} is of class ${label}, no integer >= 0`, label);
}

function readName(path: string, label: number | string, row: number): string {
  const name = String(label);
  if (name.trim() !== '' && !/[\r\n]/.test(name)) return name;
  throw corrupt(path, `row ${row} is of class ${JSON.stringify(name)}, no name in one line`, label);
}
