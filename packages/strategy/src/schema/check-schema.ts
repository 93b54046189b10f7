import { ProtoNormError } from '@protonorm/tensor';

/**
 * Checks that a value of unknown origin is a message schema.
 *
 * @param schema - what a strategy gives as `up` or `down`
 * @param what - what errors call it
 * @throws `invalid-strategy` for names that are no identifiers, and for fields that no builder of `t` makes
 */
export function checkSchema(schema: unknown, what: string): void {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw malformed(what, 'must be an object of fields', schema);
  }
  for (const [name, field] of Object.entries(schema)) {
    // Names become keys of messages and parts of file names and flags.
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) throw malformed(`${what}.${name}`, 'is no name', name);
    checkField(field, `${what}.${name}`);
  }
}

function checkField(value: unknown, where: string): void {
  if (typeof value !== 'object' || value === null) throw malformed(where, 'must be a field', value);
  const field = value as Record<string, unknown>;
  switch (field.kind) {
    case 'tensor':
      if (!Array.isArray(field.axes) || !field.axes.every(isAxis)) {
        throw malformed(where, "needs axes that are integers >= 0 or names such as 'd'", field.axes);
      }
      if (!['float32', 'int32', 'uint8'].includes(field.type as string)) {
        throw malformed(where, "must be of type 'float32', 'int32' or 'uint8'", field.type);
      }
      checkBound(field.maxNorm, `${where}.maxNorm`, 0);
      return;
    case 'prototypes':
      if (!isAxis(field.dim))
        throw malformed(where, "needs a dim that is an integer >= 1 or a name such as 'd'", field.dim);
      checkBound(field.maxNorm, `${where}.maxNorm`, 0);
      return;
    case 'scalar':
      checkBound(field.min, `${where}.min`);
      checkBound(field.max, `${where}.max`, field.min as number | undefined);
      return;
    case 'optional':
      checkField(field.field, where);
      return;
    case 'list':
      if (!(Number.isSafeInteger(field.maxItems) && (field.maxItems as number) >= 0)) {
        throw malformed(where, 'needs maxItems, an integer >= 0', field.maxItems);
      }
      checkField(field.field, `${where}[]`);
      return;
    default:
      throw malformed(where, `has an unknown kind of field`, field.kind);
  }
}

function isAxis(axis: unknown): boolean {
  return typeof axis === 'string' ? axis !== '' : Number.isSafeInteger(axis) && (axis as number) >= 0;
}

function checkBound(bound: unknown, where: string, smallest = -Infinity): void {
  if (bound === undefined || (typeof bound === 'number' && bound >= smallest)) return;
  throw malformed(where, `must be a number${smallest === -Infinity ? '' : ` >= ${smallest}`}`, bound);
}

function malformed(where: string, problem: string, received: unknown): ProtoNormError {
  return new ProtoNormError(
    'invalid-strategy',
    `The field ${where} ${problem}, received ${preview(received)}.`,
    {
      received,
      hint: 'Make fields with t.tensor, t.prototypes, t.scalar, t.optional and t.list.',
    },
  );
}

function preview(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? 'an array'
      : 'an object'
    : String(value);
}
