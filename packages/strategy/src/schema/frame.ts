import { canonicalJson } from '@protonorm/tensor';
import { crc32 } from './crc32.ts';
import type { Field, MessageSchema, TensorType } from './field.ts';

/** 'PNM1' in little-endian order: the format and its version. */
export const FRAME_MAGIC = 0x314d4e50;

/** 'PNE1': a frame that says how its class tables are encoded. */
export const ENCODED_FRAME_MAGIC = 0x31454e50;

/** Bytes of an element on the wire. */
export const ELEMENT_BYTES = { float32: 4, int32: 4, uint8: 1 } as const satisfies Record<TensorType, number>;

/** CRC-32 of the canonical text of a schema with its order of fields, which is the order on the wire. */
export function schemaChecksum(schema: MessageSchema): number {
  return crc32(new TextEncoder().encode(canonicalJson(Object.entries(schema))));
}

/** Whether messages of a schema can have a class table. */
export function hasTables(schema: MessageSchema): boolean {
  const isTable = (field: Field): boolean =>
    field.kind === 'prototypes' ||
    ((field.kind === 'optional' || field.kind === 'list') && isTable(field.field));
  return Object.values(schema).some(isTable);
}

/** The first multiple of `alignment` that is not below a position. */
export function alignUp(position: number, alignment: number): number {
  return Math.ceil(position / alignment) * alignment;
}
