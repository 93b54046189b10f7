import type { AlignmentMethod } from '@protonorm/prototype-math';
import type { ErrorData } from '@protonorm/tensor';
import type { EncodedTable } from '../prototype-files/prototype-file.ts';
import type { Alignment } from './align-table.ts';

/** What the command line says about an alignment; plain data, so that a worker can take it. */
export interface AlignSettings {
  readonly method?: AlignmentMethod | undefined;
  readonly iterations?: number | undefined;
  readonly learningRate?: number | undefined;
  readonly momentum?: number | undefined;
  readonly decay?: number | undefined;
  readonly decayEvery?: number | undefined;
  readonly earlyStop?: number | false | undefined;
  readonly weights?: 'uniform' | 'counts' | undefined;
  readonly fill?: 'error' | 'seeded' | undefined;
  readonly passes?: number | undefined;
  readonly forms?: number | undefined;
  readonly profile?: 'flat' | 'prototype' | undefined;
  readonly s?: number | undefined;
}

/** Where products are computed: 'auto' is WebAssembly from 100 classes on, by the build whose bits are the same everywhere. */
export type ProductsChoice = 'auto' | 'javascript' | 'simd' | 'relaxed';

/** One alignment, from file to file. */
export interface AlignTask {
  /** Path of the prototypes. */
  readonly input: string;
  /** Which table of a .safetensors file. */
  readonly table?: string | undefined;
  /** Path that the result is encoded for; nothing is written by the worker. */
  readonly out?: string | undefined;
  readonly settings: AlignSettings;
  readonly products: ProductsChoice;
  /** For directions that the input leaves open. */
  readonly seed: number;
  /** Length of the rows in the file of the result, > 0. */
  readonly scale: number;
}

/** What an {@link AlignTask} gives. */
export interface AlignedFile {
  readonly alignment: Alignment;
  /** Content for {@link AlignTask.out}. */
  readonly file?: EncodedTable | undefined;
}

/** What a worker answers: the size of the table, passes from time to time, then the result or the error. */
export type AlignMessage =
  | { readonly size: { readonly classes: number; readonly dim: number } }
  | { readonly pass: number }
  | { readonly aligned: AlignedFile }
  | { readonly error: ErrorData };
