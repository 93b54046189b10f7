import {
  align,
  geometry,
  upscale,
  type AlignmentResult,
  type Geometry,
  type LinearAlgebra,
} from '@protonorm/prototype-math';
import { createRng, isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import type { NamedTable } from '../prototype-files/prototype-file.ts';
import type { AlignSettings } from './align-task.ts';

/** What an alignment did; plain data. */
export interface Alignment {
  readonly result: Omit<AlignmentResult, 'prototypes' | 'meanForce'>;
  /** Of the input. */
  readonly before: Geometry;
  /** Where products were computed. */
  readonly linearAlgebra: string;
  /** Time of `align` alone. */
  readonly seconds: number;
  /** Name of each class, where the input names them. */
  readonly classNames?: readonly string[] | undefined;
}

/**
 * Aligns a table and scales the result.
 *
 * @param options.now - wall clock in milliseconds
 * @returns rows of length `scale`, with the names of the input
 * @throws what `align` and `upscale` throw, with the name of the class for `zero-vector`
 */
export function alignTable(
  table: NamedTable,
  options: {
    readonly settings: AlignSettings;
    readonly seed: number;
    readonly scale: number;
    /** Plain JavaScript when left out. */
    readonly linearAlgebra: LinearAlgebra | undefined;
    readonly onPass: (pass: number) => void;
    readonly now: () => number;
  },
): { readonly aligned: NamedTable; readonly alignment: Alignment } {
  const { prototypes, classNames } = table;
  const { settings, seed, scale, linearAlgebra, onPass, now } = options;
  const began = now();
  let outcome: AlignmentResult;
  try {
    outcome = align(prototypes, {
      ...settings,
      linearAlgebra,
      rng: createRng(seed).split('align'),
      onStep: ({ pass }) => onPass(pass),
    });
  } catch (error) {
    throw isProtoNormError(error, 'zero-vector') ? zeroVector(error, classNames) : error;
  }
  const seconds = (now() - began) / 1000;
  const { prototypes: unit, meanForce: _, ...result } = outcome;
  return {
    aligned: { ...table, prototypes: scale === 1 ? unit : upscale(unit, scale) },
    alignment: {
      result,
      before: geometry(prototypes, { linearAlgebra }),
      linearAlgebra: linearAlgebra?.name ?? 'javascript',
      seconds,
      classNames,
    },
  };
}

/** The refusal of a zero vector in the words of the file and of the command line. */
function zeroVector({ received }: ProtoNormError, classNames: readonly string[] | undefined): ProtoNormError {
  const label = classNames?.[received as number] ?? received;
  return new ProtoNormError(
    'zero-vector',
    `The prototype of class ${String(label)} has norm 0 and so no direction.`,
    { received: label, hint: 'Leave the class out, or give it a random direction by --fill seeded.' },
  );
}
