import { checkPrototypes, isProtoNormError, ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { euclideanNorm } from './euclidean-norm.ts';
import type { Axis, Field, MessageSchema, MessageValue, TensorType } from './field.ts';

/** Sizes of named axes, such as `{ d: 512, C: 10 }`. */
export type AxisSizes = Readonly<Record<string, number>>;

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const satisfies Record<
  TensorType,
  unknown
>;

/**
 * Checks a message against its schema, before any strategy code sees it.
 *
 * @param schema - of the message
 * @param message - what was received or is about to be sent
 * @param options - sizes of the named axes, and what errors call the message
 * @returns the message
 * @throws `schema-violation` for missing and undeclared fields, wrong types, lengths, ranges, norms and values that are
 *   not finite; the message names the field
 */
export function checkMessage<S extends MessageSchema>(
  schema: S,
  message: unknown,
  options: { readonly axes: AxisSizes; readonly what: string; readonly classes?: number },
): MessageValue<S> {
  const { what, classes } = options;
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw violation(what, `is no object of fields`, message);
  }
  const fields = message as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (!Object.hasOwn(schema, key)) {
      throw violation(
        `${what}.${key}`,
        `is not declared; the schema has ${listOf(Object.keys(schema))}`,
        fields[key],
      );
    }
  }
  const check: Check = { sizes: new Map(Object.entries(options.axes)), unsettled: [], classes };
  for (const [key, field] of Object.entries(schema)) {
    checkField(field, Object.hasOwn(fields, key) ? fields[key] : undefined, `${what}.${key}`, check);
  }
  settle(check);
  return message as MessageValue<S>;
}

/** The state of one check. */
interface Check {
  /** Sizes of the named axes that are known so far. */
  readonly sizes: Map<string, number>;
  /** Arrays with more than one unknown axis; a later field may bind them. */
  unsettled: readonly Length[];
  readonly classes: number | undefined;
}

interface Length {
  readonly axes: readonly Axis[];
  readonly length: number;
  readonly where: string;
}

function checkField(field: Field, value: unknown, where: string, check: Check): void {
  const { classes } = check;
  switch (field.kind) {
    case 'tensor': {
      if (!(value instanceof ARRAYS[field.type]))
        throw violation(where, `must be a ${ARRAYS[field.type].name}`, value);
      checkLength({ axes: field.axes, length: value.length, where }, check);
      if (field.type === 'float32') checkFinite(value, where);
      if (field.maxNorm !== undefined) checkNorm(value, field.maxNorm, where);
      return;
    }
    case 'prototypes': {
      try {
        checkPrototypes(value as Prototypes, where);
      } catch (error) {
        if (!isProtoNormError(error)) throw violation(where, 'must be a class table', value);
        throw new ProtoNormError('schema-violation', error.message, {
          received: error.received,
          cause: error,
        });
      }
      const table = value as Prototypes;
      if (table.dim > 0xffffffff) throw violation(`${where}.dim`, 'must be below 2^32', table.dim);
      checkLength({ axes: [field.dim], length: table.dim, where: `${where}.dim` }, check);
      const last = table.classes.at(-1);
      if (classes !== undefined && last !== undefined && last >= classes) {
        throw violation(
          where,
          `has the class ${last}, but the federation has the classes 0..${classes - 1}`,
          last,
        );
      }
      if (field.maxNorm !== undefined) {
        for (let row = 0; row < table.classes.length; row++) {
          checkNorm(
            table.vectors.subarray(row * table.dim, (row + 1) * table.dim),
            field.maxNorm,
            `${where} of class ${table.classes[row]}`,
          );
        }
      }
      return;
    }
    case 'scalar': {
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw violation(where, 'must be a finite number', value);
      if (field.integer && !Number.isSafeInteger(value)) throw violation(where, 'must be an integer', value);
      if (value < (field.min ?? -Infinity)) throw violation(where, `must be at least ${field.min}`, value);
      if (value > (field.max ?? Infinity)) throw violation(where, `must be at most ${field.max}`, value);
      return;
    }
    case 'optional':
      if (value !== undefined) checkField(field.field, value, where, check);
      return;
    case 'list': {
      if (!Array.isArray(value)) throw violation(where, 'must be an array', value);
      if (value.length > field.maxItems)
        throw violation(where, `may have at most ${field.maxItems} items`, value.length);
      // Not forEach, which would jump over the holes of a sparse array.
      for (let i = 0; i < value.length; i++) checkField(field.field, value[i], `${where}[${i}]`, check);
      return;
    }
    default: {
      const unknown: never = field;
      throw violation(where, `has an unknown kind of field ${JSON.stringify(unknown)}`, unknown);
    }
  }
}

/** Compares a length with its axes; binds the unknown name where the length leaves one answer. */
function checkLength(given: Length, check: Check): void {
  const { axes, length } = given;
  let known = 1;
  const open: string[] = [];
  for (const axis of axes) {
    const size = typeof axis === 'number' ? axis : check.sizes.get(axis);
    if (size === undefined) open.push(axis as string);
    else known *= size;
  }
  const fits = open.length === 0 ? length === known : known === 0 ? length === 0 : length % known === 0;
  if (!fits) throw misshapen(given, check);
  if (open.length === 0 || known === 0 || open.includes('?')) return;
  const [name, ...others] = new Set(open);
  if (others.length > 0) {
    check.unsettled = [...check.unsettled, given];
    return;
  }
  const size = Math.round((length / known) ** (1 / open.length));
  if (known * size ** open.length !== length) throw misshapen(given, check);
  check.sizes.set(name, size);
}

/** Checks arrays again whose axes later fields have bound, until nothing more is learnt. */
function settle(check: Check): void {
  for (let before = -1; check.sizes.size > before && check.unsettled.length > 0;) {
    before = check.sizes.size;
    const again = check.unsettled;
    check.unsettled = [];
    for (const given of again) checkLength(given, check);
  }
}

function misshapen({ axes, length, where }: Length, { sizes }: Check): ProtoNormError {
  const shape = axes.map((axis) =>
    typeof axis === 'string' && sizes.has(axis) ? `${axis} = ${sizes.get(axis)}` : String(axis),
  );
  return violation(
    where,
    axes.length === 1 ? `must be ${shape[0]} long` : `must have the shape [${shape.join(', ')}]`,
    length,
  );
}

function checkFinite(values: ArrayLike<number>, where: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw violation(where, `has ${values[i]} at position ${i}`, values[i]);
  }
}

function checkNorm(values: ArrayLike<number>, maxNorm: number, where: string): void {
  const norm = euclideanNorm(values);
  if (norm > maxNorm) throw violation(where, `has the norm ${norm}, above ${maxNorm}`, norm);
}

function violation(where: string, problem: string, received: unknown): ProtoNormError {
  return new ProtoNormError('schema-violation', `${where} ${problem}; received ${preview(received)}.`, {
    received,
    hint: "Compare the message with the strategy's schema and version.",
  });
}

function preview(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${(value as Uint8Array).length}`;
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
  return String(value);
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'no fields' : names.map((name) => `'${name}'`).join(', ');
}
