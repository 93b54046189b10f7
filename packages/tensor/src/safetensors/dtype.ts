/** How each dtype of the format is held here; those without a typed array of their own are held as raw bits. */
export interface SafetensorArrays {
  U64: BigUint64Array;
  I64: BigInt64Array;
  F64: Float64Array;
  F32: Float32Array;
  U32: Uint32Array;
  I32: Int32Array;
  /** bfloat16 as raw bits. */
  BF16: Uint16Array;
  /** float16 as raw bits. */
  F16: Uint16Array;
  U16: Uint16Array;
  I16: Int16Array;
  /** float8 as raw bits. */
  F8_E4M3: Uint8Array;
  /** float8 as raw bits. */
  F8_E5M2: Uint8Array;
  I8: Int8Array;
  U8: Uint8Array;
  /** 0 or 1. */
  BOOL: Uint8Array;
}

/** A dtype of the safetensors format. */
export type SafetensorDtype = keyof SafetensorArrays;

/** Constructors in the order in which the official library sorts tensors: the widest first, so that all are aligned. */
export const arrayTypes = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  BF16: Uint16Array,
  F16: Uint16Array,
  U16: Uint16Array,
  I16: Int16Array,
  F8_E4M3: Uint8Array,
  F8_E5M2: Uint8Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const satisfies {
  readonly [D in SafetensorDtype]: { readonly BYTES_PER_ELEMENT: number; readonly name: string };
};

/** The dtypes in that order. */
export const dtypeOrder = Object.keys(arrayTypes) as readonly SafetensorDtype[];

/** Tells whether a text names a dtype that is known here. */
export function isDtype(text: unknown): text is SafetensorDtype {
  return typeof text === 'string' && Object.hasOwn(arrayTypes, text);
}

/** One named array of a file. */
export type Safetensor = {
  readonly [D in SafetensorDtype]: {
    readonly dtype: D;
    /** Row-major; [] is a single number. */
    readonly shape: readonly number[];
    readonly data: SafetensorArrays[D];
  };
}[SafetensorDtype];
