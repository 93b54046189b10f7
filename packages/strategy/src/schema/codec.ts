import { isProtoNormError } from '@protonorm/tensor';
import {
  resolvePrototypeEncoding,
  type PrototypeEncoding,
} from '../prototype-encoding/prototype-encoding.ts';
import { checkMessage, type AxisSizes } from './check-message.ts';
import type { MessageSchema, MessageValue } from './field.ts';
import { readFrame } from './frame-reader.ts';
import { writeFrame } from './frame-writer.ts';

/**
 * Encodes and decodes the messages of one schema.
 *
 * Frame, little-endian: 'PNM1' | u32 CRC-32 of the schema's canonical JSON | fields in the order of their declaration |
 * u32 CRC-32 of all bytes before. Class tables in an encoding of their own: 'PNE1', and behind the schema f64 share of
 * coordinates | u32 precision (0 float32, 1 float16, 2 int8); the vectors of a table are then which coordinates it has (if
 * not all), scales (but for float32) and values, each an array. Arrays are preceded by their length (u32) and aligned to their element size, so that
 * a message costs its numbers and a few bytes: a table of n classes of dim d costs 4nd + 12n + at most 24
 * ({@link messageBytes} says it exactly).
 */
export interface MessageCodec<S extends MessageSchema> {
  /** @throws `schema-violation` */
  encode(message: MessageValue<S>): Uint8Array;
  /**
   * The arrays of the result are copies and belong to the caller.
   *
   * @throws `message-corrupt` for bytes that are no such frame, `schema-violation` for values out of range and for class
   *   tables in another encoding
   */
  decode(bytes: Uint8Array): MessageValue<S>;
}

/** What a codec is told beside its schema. */
export interface CodecOptions {
  /** Sizes of the named axes. */
  readonly axes: AxisSizes;
  /** What errors call the message. */
  readonly what: string;
  /** Classes of the federation: labels are below. */
  readonly classes?: number;
  /** How class tables travel; the same on all sides. @defaultValue float32, all coordinates */
  readonly prototypes?: PrototypeEncoding;
}

/**
 * The codec of a schema with the sizes of its named axes.
 *
 * @throws `invalid-argument` for an encoding of class tables that there is not
 * @example
 * ```ts
 * import { createCodec, t } from '@protonorm/strategy';
 * const codec = createCodec({ weights: t.tensor(['P']) }, { axes: { P: 2 }, what: 'up' });
 * const bytes = codec.encode({ weights: Float32Array.of(1, 2) });
 * codec.decode(bytes).weights[1]; // => 2
 * ```
 */
export function createCodec<S extends MessageSchema>(schema: S, options: CodecOptions): MessageCodec<S> {
  const { what } = options;
  const prototypes = resolvePrototypeEncoding(options.prototypes);
  return {
    encode: (message) => writeFrame(schema, checkMessage(schema, message, options), prototypes),
    decode: (bytes) => checkMessage(schema, readFrame(schema, bytes, { what, prototypes }), options),
  };
}

/** Whether an error means that a message was bad, not that the program is. */
export function isMessageError(error: unknown): boolean {
  return isProtoNormError(error, 'message-corrupt') || isProtoNormError(error, 'schema-violation');
}
