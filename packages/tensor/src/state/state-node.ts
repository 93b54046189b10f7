import type { StateArray } from './state-tree.ts';

/** The JSON form of a state tree, in which every object has exactly one of three keys. */
export type StateNode =
  | null
  | boolean
  | number
  | string
  /** A number that JSON lacks: '-0', 'NaN', 'Infinity', '-Infinity'. */
  | { readonly number: string }
  /** The name of a tensor. */
  | { readonly array: string }
  /** Members in their order; pairs, because JSON objects would move numeric keys to the front. */
  | { readonly object: readonly (readonly [key: string, node: StateNode])[] }
  | readonly StateNode[];

export const STATE_FORMAT = 'protonorm-state-1';
export const SKELETON_KEY = 'state';

/** Deep enough for states, and far from the end of the call stack. */
export const MAX_DEPTH = 100;

const dtypes = {
  Float32Array: 'F32',
  Float64Array: 'F64',
  Int32Array: 'I32',
  Uint8Array: 'U8',
} as const;

/** The dtype that holds a typed array, or undefined for others and for subclasses such as Node's Buffer. */
export function dtypeOfArray(view: ArrayBufferView): (typeof dtypes)[keyof typeof dtypes] | undefined {
  const tag = (view as StateArray)[Symbol.toStringTag];
  return Object.hasOwn(dtypes, tag) && view.constructor.name === tag ? dtypes[tag] : undefined;
}

/** Tells whether a dtype is one that states are written with. */
export function isStateDtype(dtype: string): boolean {
  return (Object.values(dtypes) as string[]).includes(dtype);
}
