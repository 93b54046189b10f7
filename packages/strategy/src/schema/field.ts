import type { Prototypes } from '@protonorm/tensor';

/**
 * The size of an axis: a number, a name bound by the federation ('d' features, 'C' classes, 'P' parameters, 'E'
 * encoder parameters, 'H' head parameters), any other name (equal wherever it occurs in the message), or '?' (any).
 */
export type Axis = number | string;

/** An array of fixed type. */
export interface TensorField<T extends TensorType = TensorType> {
  readonly kind: 'tensor';
  readonly axes: readonly Axis[];
  readonly type: T;
  /** Largest Euclidean norm of the whole array. */
  readonly maxNorm?: number;
}

/** A class table. */
export interface PrototypesField {
  readonly kind: 'prototypes';
  /** Feature size. */
  readonly dim: Axis;
  /** Largest Euclidean norm of a row. */
  readonly maxNorm?: number;
}

/** One finite number. */
export interface ScalarField {
  readonly kind: 'scalar';
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** A field that may be undefined. */
export interface OptionalField<F extends Field = Field> {
  readonly kind: 'optional';
  readonly field: F;
}

/** Several values of one field, such as one array for each layer. */
export interface ListField<F extends Field = Field> {
  readonly kind: 'list';
  readonly field: F;
  readonly maxItems: number;
}

/** One value of a message as plain data. */
export type Field = TensorField | PrototypesField | ScalarField | OptionalField | ListField;

/** A message as plain data: named fields, encoded in the order of their declaration. */
export type MessageSchema = Readonly<Record<string, Field>>;

/** The element types that travel. */
export type TensorType = 'float32' | 'int32' | 'uint8';

/** The typed array of an element type. */
interface TensorArrays {
  readonly float32: Float32Array;
  readonly int32: Int32Array;
  readonly uint8: Uint8Array;
}

/** The value of a field; unknown where the field itself is not known (engines, registries). */
export type FieldValue<F> = Field extends F
  ? unknown
  : F extends TensorField<infer T>
    ? TensorArrays[T]
    : F extends PrototypesField
      ? Prototypes
      : F extends ScalarField
        ? number
        : F extends OptionalField<infer G>
          ? FieldValue<G> | undefined
          : F extends ListField<infer G>
            ? readonly FieldValue<G>[]
            : never;

/** The value of a message; a wrong field is a compile error, an optional one may be left out. */
export type MessageValue<S extends MessageSchema> = {
  readonly [K in keyof S as S[K] extends OptionalField ? never : K]: FieldValue<S[K]>;
} & {
  readonly [K in keyof S as S[K] extends OptionalField ? K : never]?: FieldValue<S[K]>;
};

/**
 * An array with the given axes; float32 unless said otherwise. Values must be finite.
 *
 * Overloaded, because one signature with a default type would take its type from where the field is put, not from its
 * arguments.
 */
function tensor(
  axes: readonly Axis[],
  options?: { readonly type?: undefined; readonly maxNorm?: number },
): TensorField<'float32'>;
function tensor<T extends TensorType>(
  axes: readonly Axis[],
  options: { readonly type: T; readonly maxNorm?: number },
): TensorField<T>;
function tensor(
  axes: readonly Axis[],
  options: { readonly type?: TensorType | undefined; readonly maxNorm?: number } = {},
): TensorField {
  const { type = 'float32', maxNorm } = options;
  return { kind: 'tensor', axes, type, ...(maxNorm === undefined ? {} : { maxNorm }) };
}

/**
 * Builders of message fields.
 *
 * @example
 * ```ts
 * import { t, type MessageValue } from '@protonorm/strategy';
 * const up = { weights: t.tensor(['P']), samples: t.scalar({ min: 1, integer: true }) };
 * const message: MessageValue<typeof up> = { weights: new Float32Array(10), samples: 4 };
 * message.samples; // => 4
 * ```
 */
export const t = {
  tensor,
  /** A class table of a feature size. */
  prototypes(dim: Axis = 'd', options: { readonly maxNorm?: number } = {}): PrototypesField {
    return { kind: 'prototypes', dim, ...options };
  },
  /** One finite number. */
  scalar(
    options: { readonly min?: number; readonly max?: number; readonly integer?: boolean } = {},
  ): ScalarField {
    return { kind: 'scalar', ...options };
  },
  /** A value that may be left out. */
  optional<F extends Field>(field: F): OptionalField<F> {
    return { kind: 'optional', field };
  },
  /** At most `maxItems` values of one field. */
  list<F extends Field>(field: F, options: { readonly maxItems: number }): ListField<F> {
    return { kind: 'list', field, ...options };
  },
};
