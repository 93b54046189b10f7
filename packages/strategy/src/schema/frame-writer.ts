import type { Prototypes } from '@protonorm/tensor';
import { crc32 } from './crc32.ts';
import type { Field, MessageSchema } from './field.ts';
import { alignUp, FRAME_MAGIC, schemaChecksum } from './frame.ts';

/**
 * The frame of a message that has been checked; see {@link MessageCodec} for its layout.
 *
 * Tests use it to write messages that break their schema, which no codec would.
 */
export function writeFrame(schema: MessageSchema, message: Readonly<Record<string, unknown>>): Uint8Array {
  const writer = new FrameWriter();
  writer.uint32(FRAME_MAGIC);
  writer.uint32(schemaChecksum(schema));
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
      writer.array(table.vectors);
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
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  uint32(value: number): void {
    const at = this.#reserve(4, 4); // first, because it may replace the view
    this.#view.setUint32(at, value, true);
  }

  float64(value: number): void {
    const at = this.#reserve(8, 8);
    this.#view.setFloat64(at, value, true);
  }

  array(values: Float32Array | Float64Array | Int32Array | Uint8Array): void {
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
