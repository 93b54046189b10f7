import type { Prototypes } from '@protonorm/tensor';
import { crc32 } from '../../schema/crc32.ts';
import type { Field, MessageSchema } from '../../schema/field.ts';
import { writeFrame } from '../../schema/frame-writer.ts';
import { CLASSES } from './toy-federation.ts';

type Message = Readonly<Record<string, unknown>>;

/** An encoded message that no receiver may accept. */
export interface BrokenFrame {
  /** Behind "an upload that". */
  readonly how: string;
  readonly bytes: Uint8Array;
}

/** Frames broken as bytes, and frames that are well-formed but break their schema, field by field. */
export function brokenFrames(schema: MessageSchema, message: Message): BrokenFrame[] {
  const good = writeFrame(schema, message);
  const flipped = good.slice();
  flipped[flipped.length >> 1] ^= 1;
  const foreign = good.slice();
  foreign.fill(0, 4, 8);
  const huge = new Uint8Array(1 << 20);
  huge.set(good);
  return [
    { how: 'is empty', bytes: new Uint8Array(0) },
    { how: 'ends early', bytes: good.slice(0, -1) },
    { how: 'ends early with a right checksum', bytes: sealed(good.slice(0, -4)) },
    { how: 'goes on behind its end', bytes: sealed(Uint8Array.of(...good, 0, 0, 0, 0)) },
    { how: 'is huge', bytes: sealed(huge) },
    { how: 'has a wrong bit', bytes: flipped },
    { how: 'is of another schema', bytes: sealed(foreign) },
    ...Object.entries(schema).flatMap(([key, field]) =>
      violations(field, message[key]).map(({ how, value }) => ({
        how: `${how} in '${key}'`,
        bytes: writeFrame(schema, { ...message, [key]: value }),
      })),
    ),
  ];
}

/** Frames that keep to their schema, but that no honest client sends. */
export function strangeFrames(schema: MessageSchema, message: Message): BrokenFrame[] {
  return Object.entries(schema).flatMap(([key, field]) =>
    strangeValues(field, message[key]).map(({ how, value }) => ({
      how: `${how} in '${key}'`,
      bytes: writeFrame(schema, { ...message, [key]: value }),
    })),
  );
}

/** Bytes with their checksum made right. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const end = copy.length - 4;
  new DataView(copy.buffer).setUint32(end, crc32(copy.subarray(0, end)), true);
  return copy;
}

/** Values that a field must refuse, made from one that it accepts. */
function violations(field: Field, value: unknown): { readonly how: string; readonly value: unknown }[] {
  switch (field.kind) {
    case 'tensor': {
      const array = value as Float32Array;
      const named = field.axes.every((axis) => axis !== '?');
      return [
        ...(named ? [{ how: 'is too short', value: array.slice(1) }] : []),
        ...(field.type === 'float32' && array.length > 0
          ? [{ how: 'has NaN', value: array.with(0, NaN) }]
          : []),
        ...(field.type === 'float32' && array.length > 0
          ? [{ how: 'has infinity', value: array.with(-1, -Infinity) }]
          : []),
      ];
    }
    case 'prototypes': {
      const table = value as Prototypes;
      const { dim, classes, counts, vectors } = table;
      if (classes.length === 0) return [];
      const broken: Readonly<Record<string, Partial<Prototypes>>> = {
        'has NaN': { vectors: vectors.with(-1, NaN) },
        'has another feature size': { dim: dim + 1, vectors: new Float32Array(classes.length * (dim + 1)) },
        'lacks a row': { vectors: vectors.slice(dim) },
        'has an unknown class': { classes: classes.with(-1, CLASSES) },
        'has a class twice': {
          classes: Int32Array.of(classes[0], ...classes),
          counts: Float64Array.of(counts[0], ...counts),
          vectors: Float32Array.of(...vectors.subarray(0, dim), ...vectors),
        },
        'has a class of no samples': { counts: counts.with(0, 0) },
      };
      return Object.entries(broken).map(([how, part]) => ({ how, value: { ...table, ...part } }));
    }
    case 'scalar':
      return [
        { how: 'has NaN', value: NaN },
        ...(field.min === undefined ? [] : [{ how: 'is below its range', value: field.min - 1 }]),
        ...(field.max === undefined ? [] : [{ how: 'is above its range', value: field.max + 1 }]),
        ...(field.integer ? [{ how: 'is no integer', value: (value as number) + 0.5 }] : []),
      ];
    case 'optional':
      return value === undefined ? [] : violations(field.field, value);
    case 'list': {
      const items = value as readonly unknown[];
      if (items.length === 0) return [];
      return violations(field.field, items[0]).map(({ how, value: item }) => ({
        how,
        value: items.with(0, item),
      }));
    }
  }
}

/** Values that a field accepts, made from one that was sent. */
function strangeValues(field: Field, value: unknown): { readonly how: string; readonly value: unknown }[] {
  switch (field.kind) {
    case 'tensor': {
      const array = value as Float32Array;
      const flexible = field.axes.length === 1 && field.axes[0] === '?';
      return [
        { how: 'has zeros alone', value: array.map(() => 0) },
        ...(flexible ? [{ how: 'is shorter than others', value: array.slice(1) }] : []),
        ...(flexible ? [{ how: 'has nothing', value: array.slice(0, 0) }] : []),
      ];
    }
    case 'prototypes': {
      const table = value as Prototypes;
      const { dim, classes, vectors } = table;
      return [
        { how: 'has zero vectors', value: { ...table, vectors: vectors.map(() => 0) } },
        {
          how: 'has the same vector for all classes',
          value: { ...table, vectors: vectors.map((_, i) => vectors[i % dim]) },
        },
        { how: 'has samples without end', value: { ...table, counts: table.counts.map(() => 1e15) } },
        {
          how: 'has no class',
          value: {
            dim,
            classes: classes.slice(0, 0),
            counts: new Float64Array(0),
            vectors: vectors.slice(0, 0),
          },
        },
      ];
    }
    case 'scalar':
      return [field.min, field.max].flatMap((bound) =>
        bound === undefined || !Number.isFinite(bound)
          ? []
          : [{ how: `is at its bound ${bound}`, value: bound }],
      );
    case 'optional':
      return [
        { how: 'has no value', value: undefined },
        ...(value === undefined ? [] : strangeValues(field.field, value)),
      ];
    case 'list': {
      const items = value as readonly unknown[];
      if (items.length === 0) return [];
      return [
        { how: 'has no items', value: [] },
        ...strangeValues(field.field, items[0]).map(({ how, value: item }) => ({
          how,
          value: items.with(0, item),
        })),
      ];
    }
  }
}
