import { checkPrototypes, isProtoNormError, ProtoNormError, type Prototypes } from '@protonorm/tensor';
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
  const sizes: Record<string, number> = { ...options.axes };
  for (const [key, field] of Object.entries(schema)) {
    checkField(field, fields[key], `${what}.${key}`, sizes, classes);
  }
  return message as MessageValue<S>;
}

function checkField(
  field: Field,
  value: unknown,
  where: string,
  sizes: Record<string, number>,
  classes?: number,
): void {
  switch (field.kind) {
    case 'tensor': {
      if (!(value instanceof ARRAYS[field.type]))
        throw violation(where, `must be a ${ARRAYS[field.type].name}`, value);
      checkLength(field.axes, value.length, where, sizes);
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
      bind(field.dim, table.dim, `${where}.dim`, sizes);
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
      if (value !== undefined) checkField(field.field, value, where, sizes, classes);
      return;
    case 'list': {
      if (!Array.isArray(value)) throw violation(where, 'must be an array', value);
      if (value.length > field.maxItems)
        throw violation(where, `may have at most ${field.maxItems} items`, value.length);
      value.forEach((item, i) => checkField(field.field, item, `${where}[${i}]`, sizes, classes));
      return;
    }
    default: {
      const unknown: never = field;
      throw violation(where, `has an unknown kind of field ${JSON.stringify(unknown)}`, unknown);
    }
  }
}

/** Binds the unknown axes of a tensor where its length leaves one answer. */
function checkLength(
  axes: readonly Axis[],
  length: number,
  where: string,
  sizes: Record<string, number>,
): void {
  let known = 1;
  const open: string[] = [];
  for (const axis of axes) {
    const size = typeof axis === 'number' ? axis : axis === '?' ? undefined : sizes[axis];
    if (size === undefined) open.push(axis as string);
    else known *= size;
  }
  const fits = open.length === 0 ? length === known : known === 0 ? length === 0 : length % known === 0;
  if (!fits) {
    throw violation(
      where,
      `must have the shape [${axes.map((a) => describeAxis(a, sizes)).join(', ')}]`,
      length,
    );
  }
  if (open.length === 1 && open[0] !== '?' && known > 0) sizes[open[0]] = length / known;
}

function bind(axis: Axis, size: number, where: string, sizes: Record<string, number>): void {
  if (axis === '?') return;
  const expected = typeof axis === 'number' ? axis : sizes[axis];
  if (expected === undefined) sizes[axis as string] = size;
  else if (expected !== size) throw violation(where, `must be ${describeAxis(axis, sizes)}`, size);
}

function describeAxis(axis: Axis, sizes: AxisSizes): string {
  return typeof axis === 'string' && sizes[axis] !== undefined ? `${axis} = ${sizes[axis]}` : String(axis);
}

function checkFinite(values: ArrayLike<number>, where: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw violation(where, `has ${values[i]} at position ${i}`, values[i]);
  }
}

function checkNorm(values: ArrayLike<number>, maxNorm: number, where: string): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  if (Math.sqrt(sum) > maxNorm)
    throw violation(where, `has the norm ${Math.sqrt(sum)}, above ${maxNorm}`, Math.sqrt(sum));
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
