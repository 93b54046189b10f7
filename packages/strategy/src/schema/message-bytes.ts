import type { Prototypes } from '@protonorm/tensor';
import type { Field, MessageSchema, MessageValue } from './field.ts';
import { alignUp, ELEMENT_BYTES } from './frame.ts';

/**
 * The bytes that a message takes on the wire, without encoding it: what a round costs, known before it is run.
 *
 * @example
 * ```ts
 * import { messageBytes, t } from '@protonorm/strategy';
 * messageBytes({ weights: t.tensor(['P']) }, { weights: new Float32Array(1000) }); // => 4016
 * ```
 */
export function messageBytes<S extends MessageSchema>(schema: S, message: MessageValue<S>): number {
  let position = 8; // magic and checksum of the schema
  for (const [key, field] of Object.entries(schema)) {
    position = fieldEnd(field, (message as Readonly<Record<string, unknown>>)[key], position);
  }
  return alignUp(position, 4) + 4;
}

/** Where a field ends that starts at a position. */
function fieldEnd(field: Field, value: unknown, position: number): number {
  switch (field.kind) {
    case 'tensor':
      return arrayEnd((value as Float32Array).length, ELEMENT_BYTES[field.type], position);
    case 'prototypes': {
      const { classes, counts, vectors } = value as Prototypes;
      const behindClasses = arrayEnd(classes.length, 4, alignUp(position, 4) + 4);
      return arrayEnd(vectors.length, 4, arrayEnd(counts.length, 8, behindClasses));
    }
    case 'scalar':
      return alignUp(position, 8) + 8;
    case 'optional': {
      const behindMark = alignUp(position, 4) + 4;
      return value === undefined ? behindMark : fieldEnd(field.field, value, behindMark);
    }
    case 'list':
      return (value as readonly unknown[]).reduce<number>(
        (end, item) => fieldEnd(field.field, item, end),
        alignUp(position, 4) + 4,
      );
  }
}

/** A length and, aligned, the elements. */
function arrayEnd(length: number, elementBytes: number, position: number): number {
  return alignUp(alignUp(position, 4) + 4, elementBytes) + length * elementBytes;
}
