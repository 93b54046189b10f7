import { canonicalJson, isProtoNormError, ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { checkMessage, type AxisSizes } from './check-message.ts';
import { crc32 } from './crc32.ts';
import type { Field, MessageSchema, MessageValue, TensorType } from './field.ts';

/**
 * Encodes and decodes the messages of one schema.
 *
 * Frame, little-endian: 'PNM1' | u32 CRC-32 of the schema's canonical JSON | fields in the order of their declaration |
 * u32 CRC-32 of all bytes before. Arrays are preceded by their length (u32) and aligned to their element size, so that
 * a message costs its numbers and a few bytes: a table of n classes of dim d costs 4nd + 12n + at most 24.
 */
export interface MessageCodec<S extends MessageSchema> {
  /** @throws `schema-violation` */
  encode(message: MessageValue<S>): Uint8Array;
  /**
   * The arrays of the result are copies and belong to the caller.
   *
   * @throws `message-corrupt` for bytes that are no such frame, `schema-violation` for values out of range
   */
  decode(bytes: Uint8Array): MessageValue<S>;
}

const MAGIC = 0x314d4e50; // 'PNM1'
const ELEMENT_BYTES = { float32: 4, int32: 4, uint8: 1 } as const satisfies Record<TensorType, number>;

/**
 * The codec of a schema with the sizes of its named axes.
 *
 * @example
 * ```ts
 * import { createCodec, t } from '@protonorm/strategy';
 * const codec = createCodec({ weights: t.tensor(['P']) }, { axes: { P: 2 }, what: 'up' });
 * const bytes = codec.encode({ weights: Float32Array.of(1, 2) });
 * codec.decode(bytes).weights[1]; // => 2
 * ```
 */
export function createCodec<S extends MessageSchema>(
  schema: S,
  options: { readonly axes: AxisSizes; readonly what: string; readonly classes?: number },
): MessageCodec<S> {
  const schemaHash = crc32(new TextEncoder().encode(schemaText(schema)));
  return {
    encode(message) {
      checkMessage(schema, message, options);
      const writer = new Writer();
      writer.uint32(MAGIC);
      writer.uint32(schemaHash);
      for (const [key, field] of Object.entries(schema))
        writeField(writer, field, (message as Readonly<Record<string, unknown>>)[key]);
      return writer.finish();
    },
    decode(bytes) {
      const reader = new Reader(bytes, options.what);
      if (bytes.length < 12 || reader.uint32() !== MAGIC)
        throw corrupt(options.what, 'does not start as a message');
      if (reader.uint32() !== schemaHash) {
        throw corrupt(
          options.what,
          'was written by another schema: sender and receiver run different versions of the strategy',
        );
      }
      reader.checkSum();
      const message: Record<string, unknown> = {};
      for (const [key, field] of Object.entries(schema)) {
        const value = readField(reader, field);
        if (value !== undefined) message[key] = value;
      }
      reader.expectEnd();
      return checkMessage(schema, message, options);
    },
  };
}

/** Canonical text of a schema with its order of fields, which is the order on the wire. */
function schemaText(schema: MessageSchema): string {
  return canonicalJson(Object.entries(schema));
}

function writeField(writer: Writer, field: Field, value: unknown): void {
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

function readField(reader: Reader, field: Field): unknown {
  switch (field.kind) {
    case 'tensor': {
      const bytes = reader.array(ELEMENT_BYTES[field.type]);
      if (field.type === 'float32') return new Float32Array(bytes);
      return field.type === 'int32' ? new Int32Array(bytes) : new Uint8Array(bytes);
    }
    case 'prototypes': {
      const dim = reader.uint32();
      const classes = new Int32Array(reader.array(4));
      const counts = new Float64Array(reader.array(8));
      return { dim, classes, counts, vectors: new Float32Array(reader.array(4)) };
    }
    case 'scalar':
      return reader.float64();
    case 'optional':
      return reader.uint32() === 0 ? undefined : readField(reader, field.field);
    case 'list': {
      const length = reader.uint32();
      if (length > field.maxItems)
        throw corrupt(reader.what, `has a list of ${length} items, at most ${field.maxItems} are allowed`);
      return Array.from({ length }, () => readField(reader, field.field));
    }
  }
}

class Writer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  uint32(value: number): void {
    this.#view.setUint32(this.#reserve(4, 4), value, true);
  }

  float64(value: number): void {
    this.#view.setFloat64(this.#reserve(8, 8), value, true);
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
    const at = align(this.#length, alignment);
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

class Reader {
  readonly what: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #position = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.what = what;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length - 4;
  }

  checkSum(): void {
    if (this.#view.getUint32(this.#end, true) !== crc32(this.#bytes.subarray(0, this.#end))) {
      throw corrupt(this.what, 'has a wrong checksum');
    }
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4, 4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8, 8), true);
  }

  /** A copy of the bytes of an array. */
  array(elementBytes: number): ArrayBuffer {
    const size = this.uint32() * elementBytes;
    const at = this.#take(size, elementBytes);
    return this.#bytes.slice(at, at + size).buffer as ArrayBuffer;
  }

  expectEnd(): void {
    if (align(this.#position, 4) !== this.#end)
      throw corrupt(this.what, `has ${this.#end - this.#position} bytes too many`);
  }

  #take(size: number, alignment: number): number {
    const at = align(this.#position, alignment);
    if (at + size > this.#end) throw corrupt(this.what, `ends ${at + size - this.#end} bytes too early`);
    this.#position = at + size;
    return at;
  }
}

function align(position: number, alignment: number): number {
  return Math.ceil(position / alignment) * alignment;
}

function corrupt(what: string, problem: string): ProtoNormError {
  return new ProtoNormError('message-corrupt', `The message '${what}' ${problem}.`, {
    hint: 'Send it again.',
  });
}

/** Whether an error means that a message was bad, not that the program is. */
export function isMessageError(error: unknown): boolean {
  return isProtoNormError(error, 'message-corrupt') || isProtoNormError(error, 'schema-violation');
}
