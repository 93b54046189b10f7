import type { Prototypes } from '@protonorm/tensor';
import { packVectors } from '../prototype-encoding/pack-vectors.ts';
import {
  isExact,
  resolvePrototypeEncoding,
  type PrototypeEncoding,
} from '../prototype-encoding/prototype-encoding.ts';
import type { Field, MessageSchema, MessageValue } from './field.ts';
import { alignUp, ELEMENT_BYTES, hasTables } from './frame.ts';

/**
 * The bytes that a message takes on the wire: what a round costs, known before it is run.
 *
 * @param options.prototypes - how class tables travel; where not all of their coordinates do, the bytes depend on which
 * @throws `invalid-argument` for an encoding of class tables that there is not
 * @example
 * ```ts
 * import { messageBytes, t } from '@protonorm/strategy';
 * messageBytes({ weights: t.tensor(['P']) }, { weights: new Float32Array(1000) }); // => 4016
 * ```
 */
export function messageBytes<S extends MessageSchema>(
  schema: S,
  message: MessageValue<S>,
  options: { readonly prototypes?: PrototypeEncoding } = {},
): number {
  const prototypes = resolvePrototypeEncoding(options.prototypes);
  // Magic and checksum of the schema, then the encoding of class tables unless they are as they are.
  let position = isExact(prototypes) || !hasTables(schema) ? 8 : 20;
  for (const [key, field] of Object.entries(schema)) {
    const value = (message as Readonly<Record<string, unknown>>)[key];
    position = fieldEnd(field, value, { position, prototypes });
  }
  return alignUp(position, 4) + 4;
}

/** Where a field ends that starts at a position. */
function fieldEnd(
  field: Field,
  value: unknown,
  { position, prototypes }: { readonly position: number; readonly prototypes: Required<PrototypeEncoding> },
): number {
  switch (field.kind) {
    case 'tensor':
      return arrayEnd((value as Float32Array).length, ELEMENT_BYTES[field.type], position);
    case 'prototypes': {
      const { classes, counts } = value as Prototypes;
      const behindClasses = arrayEnd(classes.length, 4, alignUp(position, 4) + 4);
      return packVectors(value as Prototypes, prototypes, field).reduce(
        (end, part) => arrayEnd(part.length, part.BYTES_PER_ELEMENT, end),
        arrayEnd(counts.length, 8, behindClasses),
      );
    }
    case 'scalar':
      return alignUp(position, 8) + 8;
    case 'optional': {
      const behindMark = alignUp(position, 4) + 4;
      return value === undefined
        ? behindMark
        : fieldEnd(field.field, value, { position: behindMark, prototypes });
    }
    case 'list':
      return (value as readonly unknown[]).reduce<number>(
        (end, item) => fieldEnd(field.field, item, { position: end, prototypes }),
        alignUp(position, 4) + 4,
      );
  }
}

/** A length and, aligned, the elements. */
function arrayEnd(length: number, elementBytes: number, position: number): number {
  return alignUp(alignUp(position, 4) + 4, elementBytes) + length * elementBytes;
}
