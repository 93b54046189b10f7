import { ProtoNormError } from '@protonorm/tensor';
import { unpackVectors } from '../prototype-encoding/pack-vectors.ts';
import {
  PRECISIONS,
  resolvePrototypeEncoding,
  type PrototypeEncoding,
} from '../prototype-encoding/prototype-encoding.ts';
import { crc32 } from './crc32.ts';
import type { Field, MessageSchema } from './field.ts';
import {
  alignUp,
  ELEMENT_BYTES,
  ENCODED_FRAME_MAGIC,
  FRAME_MAGIC,
  hasTables,
  schemaChecksum,
} from './frame.ts';

/** Magic, checksum of the schema, checksum of the bytes. */
const SMALLEST_FRAME = 12;

/**
 * The values in a frame, not checked against the ranges of their schema; nothing larger than the frame is allocated, but
 * the numbers of class tables that travel as fewer bytes: at most 4 / keep times the frame.
 *
 * @throws `message-corrupt`; `schema-violation` for class tables in another encoding than that of the reader
 */
export function readFrame(
  schema: MessageSchema,
  bytes: Uint8Array,
  options: { readonly what: string; readonly prototypes?: Required<PrototypeEncoding> },
): Record<string, unknown> {
  const { what, prototypes = resolvePrototypeEncoding() } = options;
  if (!(bytes instanceof Uint8Array)) throw corrupt(what, 'is no Uint8Array');
  const reader = new FrameReader(bytes, { what, prototypes });
  const magic = bytes.length < SMALLEST_FRAME ? undefined : reader.uint32();
  if (magic !== FRAME_MAGIC && magic !== ENCODED_FRAME_MAGIC) {
    throw corrupt(what, 'does not start as a message');
  }
  if (reader.uint32() !== schemaChecksum(schema)) {
    throw corrupt(
      what,
      'was written by another schema: sender and receiver run different versions of the strategy',
    );
  }
  reader.checkSum();
  if (magic === ENCODED_FRAME_MAGIC || hasTables(schema)) {
    expectEncoding(magic === ENCODED_FRAME_MAGIC ? readEncoding(reader) : resolvePrototypeEncoding(), reader);
  }
  const message: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(schema)) {
    const value = readField(reader, field);
    if (value !== undefined) message[key] = value;
  }
  reader.expectEnd();
  return message;
}

function readEncoding(reader: FrameReader): Required<PrototypeEncoding> {
  const keep = reader.float64();
  const code = reader.uint32();
  if (code >= PRECISIONS.length) throw corrupt(reader.what, `has the unknown precision ${code}`);
  return { precision: PRECISIONS[code], keep };
}

function expectEncoding(found: Required<PrototypeEncoding>, { what, prototypes }: FrameReader): void {
  if (found.precision === prototypes.precision && found.keep === prototypes.keep) return;
  const described = ({ precision, keep }: typeof found): string =>
    keep === 1 ? precision : `${precision} with a share of ${keep}`;
  throw new ProtoNormError(
    'schema-violation',
    `The message '${what}' has its prototypes as ${described(found)}; this side reads ${described(prototypes)}.`,
    {
      received: found,
      expected: prototypes,
      hint: 'Give all sides of a run the same encoding of prototypes.',
    },
  );
}

function readField(reader: FrameReader, field: Field): unknown {
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
      const size = { rows: classes.length, dim };
      const vectors = unpackVectors((elementBytes) => reader.array(elementBytes), reader.prototypes, size);
      if (typeof vectors === 'string') throw corrupt(reader.what, vectors);
      return { dim, classes, counts, vectors };
    }
    case 'scalar':
      return reader.float64();
    case 'optional': {
      const present = reader.uint32();
      if (present > 1) throw corrupt(reader.what, `marks an optional field by ${present}, not by 0 or 1`);
      return present === 0 ? undefined : readField(reader, field.field);
    }
    case 'list': {
      const length = reader.uint32();
      if (length > field.maxItems) {
        throw corrupt(reader.what, `has a list of ${length} items, at most ${field.maxItems} are allowed`);
      }
      // Grown item by item: the length is only a claim, and a short frame must not reserve memory for a long list.
      const items: unknown[] = [];
      for (let i = 0; i < length; i++) items.push(readField(reader, field.field));
      return items;
    }
  }
}

class FrameReader {
  readonly what: string;
  readonly prototypes: Required<PrototypeEncoding>;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #position = 0;

  constructor(
    bytes: Uint8Array,
    { what, prototypes }: { readonly what: string; readonly prototypes: Required<PrototypeEncoding> },
  ) {
    this.what = what;
    this.prototypes = prototypes;
    // A plain view, because `slice` of Node's Buffer would give a view of its pool instead of a copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    if (alignUp(this.#position, 4) !== this.#end) {
      throw corrupt(this.what, `has ${this.#end - this.#position} bytes too many`);
    }
  }

  #take(size: number, alignment: number): number {
    const at = alignUp(this.#position, alignment);
    if (at + size > this.#end) throw corrupt(this.what, `ends ${at + size - this.#end} bytes too early`);
    this.#position = at + size;
    return at;
  }
}

function corrupt(what: string, problem: string): ProtoNormError {
  return new ProtoNormError('message-corrupt', `The message '${what}' ${problem}.`, {
    hint: 'Send it again.',
  });
}
