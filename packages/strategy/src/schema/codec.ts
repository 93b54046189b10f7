import { isProtoNormError } from '@protonorm/tensor';
import { checkMessage, type AxisSizes } from './check-message.ts';
import type { MessageSchema, MessageValue } from './field.ts';
import { readFrame } from './frame-reader.ts';
import { writeFrame } from './frame-writer.ts';

/**
 * Encodes and decodes the messages of one schema.
 *
 * Frame, little-endian: 'PNM1' | u32 CRC-32 of the schema's canonical JSON | fields in the order of their declaration |
 * u32 CRC-32 of all bytes before. Arrays are preceded by their length (u32) and aligned to their element size, so that
 * a message costs its numbers and a few bytes: a table of n classes of dim d costs 4nd + 12n + at most 24
 * ({@link messageBytes} says it exactly).
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
  return {
    encode: (message) => writeFrame(schema, checkMessage(schema, message, options)),
    decode: (bytes) => checkMessage(schema, readFrame(schema, bytes, options), options),
  };
}

/** Whether an error means that a message was bad, not that the program is. */
export function isMessageError(error: unknown): boolean {
  return isProtoNormError(error, 'message-corrupt') || isProtoNormError(error, 'schema-violation');
}
