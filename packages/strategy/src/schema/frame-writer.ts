import type { Prototypes } from '@protonorm/tensor';
import { packVectors, type FrameArray } from '../prototype-encoding/pack-vectors.ts';
import {
  isExact,
  PRECISIONS,
  resolvePrototypeEncoding,
  type PrototypeEncoding,
} from '../prototype-encoding/prototype-encoding.ts';
import { crc32 } from './crc32.ts';
import type { Field, MessageSchema } from './field.ts';
import { alignUp, ENCODED_FRAME_MAGIC, FRAME_MAGIC, hasTables, schemaChecksum } from './frame.ts';

/**
 * The frame of a message that has been checked; see {@link MessageCodec} for its layout.
 *
 * Tests use it to write messages that break their schema, which no codec would.
 */
export function writeFrame(
  schema: MessageSchema,
  message: Readonly<Record<string, unknown>>,
  prototypes: Required<PrototypeEncoding> = resolvePrototypeEncoding(),
): Uint8Array {
  const encoded = !isExact(prototypes) && hasTables(schema);
  const writer = new FrameWriter(prototypes);
  writer.uint32(encoded ? ENCODED_FRAME_MAGIC : FRAME_MAGIC);
  writer.uint32(schemaChecksum(schema));
  if (encoded) {
    writer.float64(prototypes.keep);
    writer.uint32(PRECISIONS.indexOf(prototypes.precision));
  }
  for (const [key, field] of Object.entries(schema)) writeField(writer, field, message[key]);
  return writer.finish();
}

function writeField(writer: FrameWriter, field: Field, value: unknown): void {
  switch (field.kind) {
    case 'tensor':
      writer.array(value as Float32Array | Int32Array | Uint8Array);
      return;
    case 'prototypes': {
      const table = value as Prototypes;
      writer.uint32(table.dim);
      writer.array(table.classes);
      writer.array(table.counts);
      for (const part of packVectors(table, writer.prototypes, field)) writer.array(part);
      return;
    }
    case 'scalar':
      writer.float64(value as number);
      return;
    case 'optional':
      writer.uint32(value === undefined ? 0 : 1);
      if (value !== undefined) writeField(writer, field.field, value);
      return;
    case 'list': {
      const items = value as readonly unknown[];
      writer.uint32(items.length);
      for (const item of items) writeField(writer, field.field, item);
    }
  }
}

class FrameWriter {
  readonly prototypes: Required<PrototypeEncoding>;
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(prototypes: Required<PrototypeEncoding>) {
    this.prototypes = prototypes;
  }

  uint32(value: number): void {
    const at = this.#reserve(4, 4); // first, because it may replace the view
    this.#view.setUint32(at, value, true);
  }

  float64(value: number): void {
    const at = this.#reserve(8, 8);
    this.#view.setFloat64(at, value, true);
  }

  array(values: FrameArray): void {
    this.uint32(values.length);
    const at = this.#reserve(values.byteLength, values.BYTES_PER_ELEMENT);
    this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
  }

  finish(): Uint8Array {
    const at = this.#reserve(4, 4);
    this.#view.setUint32(at, crc32(this.#bytes.subarray(0, at)), true);
    return this.#bytes.slice(0, this.#length);
  }

  /** Aligns, makes room, and returns the position. */
  #reserve(size: number, alignment: number): number {
    const at = alignUp(this.#length, alignment);
    this.#length = at + size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
