import type { Prototypes } from '../prototypes/prototypes.ts';

/** The typed arrays that a state may hold. */
export type StateArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * State as plain data: what can be written to a snapshot and read back to the same bits. Class tables are objects of this
 * kind.
 */
export type StateTree =
  | null
  | boolean
  | number
  | string
  | StateArray
  | Prototypes
  | readonly StateTree[]
  | { readonly [key: string]: StateTree };
