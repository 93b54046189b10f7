import { crc32 } from '@protonorm/strategy';
import { ProtoNormError } from '@protonorm/tensor';
import { headerProblem } from './header-problem.ts';
import { MAX_HEADER_BYTES, MAX_WELCOME_HEADER_BYTES } from './limits.ts';
import { MESSAGE_NUMBERS, TYPES_WITH_BODY, type MessageType, type WireMessage } from './message-schemas.ts';

/** 'PNF1' in little-endian order. */
const WIRE_MAGIC = 0x31464e50;
/** Magic, type, lengths. */
const PREFIX = 16;
const CHECKSUM = 4;
const ALIGNMENT = 8;
const MAX_BODY_BYTES = 0xffffffff;

const typeOf = new Map(
  Object.entries(MESSAGE_NUMBERS).map(([type, number]) => [number, type as MessageType]),
);

/**
 * The frame of a message: rules W1 to W9 of SPEC.md.
 *
 * Little-endian: 'PNF1' | u32 type | u32 length of the header | u32 length of the body | header, UTF-8 JSON | zeros up to a
 * multiple of 8 | body | u32 CRC-32 of all bytes before. The body begins on a multiple of 8, so that float64 can be read in
 * place.
 *
 * @throws `invalid-argument` for a header that is not of its type, and a body where the message has none;
 *   `message-too-large` for a header above 65,536 bytes (1,048,576 of `welcome`) or a body of 2^32 and more
 * @example
 * ```ts
 * import { decodeWireMessage, encodeWireMessage } from '@protonorm/protocol';
 * const bytes = encodeWireMessage({ type: 'leave', header: { reason: 'battery' } });
 * decodeWireMessage(bytes).header; // => { reason: 'battery' }
 * ```
 */
export function encodeWireMessage(message: WireMessage): Uint8Array {
  const { type, body = new Uint8Array(0) } = message;
  const problem = messageProblem(type, message.header, body.length);
  // Without the received header: it may hold a token.
  if (problem !== undefined)
    throw new ProtoNormError('invalid-argument', `The message '${type}' cannot be sent: it ${problem}.`);
  const header = new TextEncoder().encode(JSON.stringify(message.header));
  if (header.length > maxHeaderBytes(type))
    throw tooLarge(`header of '${type}'`, header.length, maxHeaderBytes(type));
  if (body.length > MAX_BODY_BYTES) throw tooLarge(`body of '${type}'`, body.length, MAX_BODY_BYTES);
  const bodyFrom = aligned(PREFIX + header.length);
  const bytes = new Uint8Array(bodyFrom + body.length + CHECKSUM);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, WIRE_MAGIC, true);
  view.setUint32(4, MESSAGE_NUMBERS[type], true);
  view.setUint32(8, header.length, true);
  view.setUint32(12, body.length, true);
  bytes.set(header, PREFIX);
  bytes.set(body, bodyFrom);
  const checksumAt = bodyFrom + body.length;
  view.setUint32(checksumAt, crc32(bytes.subarray(0, checksumAt)), true);
  return bytes;
}

/**
 * The message in a frame; its body is a view of the frame, nothing larger than the frame is allocated.
 *
 * @throws `message-corrupt` for bytes that are no frame: truncated, with a wrong checksum, of an unknown type, with a header
 *   that is too long or no JSON; `schema-violation` for a header that is not of its type, and a body that belongs to nothing
 */
export function decodeWireMessage(bytes: Uint8Array): WireMessage {
  if (!(bytes instanceof Uint8Array)) throw corrupt('is no Uint8Array');
  if (bytes.length < PREFIX + CHECKSUM) throw corrupt(`has ${bytes.length} bytes, too few for a message`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== WIRE_MAGIC) throw corrupt('does not begin as a message of this protocol');
  const headerLength = view.getUint32(8, true);
  const bodyLength = view.getUint32(12, true);
  const bodyFrom = aligned(PREFIX + headerLength);
  const checksumAt = bodyFrom + bodyLength;
  if (checksumAt + CHECKSUM !== bytes.length)
    throw corrupt(`has ${bytes.length} bytes, not those that it speaks of`);
  if (view.getUint32(checksumAt, true) !== crc32(bytes.subarray(0, checksumAt)))
    throw corrupt('has a wrong checksum');
  const number = view.getUint32(4, true);
  const type = typeOf.get(number);
  if (type === undefined) throw corrupt(`is of the unknown type ${number}`);
  if (headerLength > maxHeaderBytes(type))
    throw corrupt(`has a header of ${headerLength} bytes, more than a '${type}' may have`);
  for (let at = PREFIX + headerLength; at < bodyFrom; at++)
    if (bytes[at] !== 0) throw corrupt('has something between header and body');
  const header = parseHeader(bytes.subarray(PREFIX, PREFIX + headerLength));
  const problem = messageProblem(type, header, bodyLength);
  if (problem !== undefined) {
    throw new ProtoNormError('schema-violation', `A message '${type}' cannot be taken: it ${problem}.`, {
      hint: 'Both sides must speak the same version of the protocol.',
    });
  }
  // A plain view: of a Buffer, `subarray` is a Buffer, whose `slice` is no copy.
  const body = new Uint8Array(bytes.buffer, bytes.byteOffset + bodyFrom, bodyLength);
  return { type, header, ...(TYPES_WITH_BODY.has(type) && { body }) } as WireMessage;
}

function parseHeader(bytes: Uint8Array): unknown {
  try {
    // A copy, because browsers do not decode shared memory.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw corrupt('has a header that is no JSON', cause);
  }
}

function messageProblem(type: MessageType, header: unknown, bodyLength: number): string | undefined {
  if (!Object.hasOwn(MESSAGE_NUMBERS, type)) return 'is of an unknown type';
  const problem = headerProblem(type, header);
  if (problem !== undefined) return `has a header that is none: it ${problem}`;
  if (!Number.isSafeInteger(bodyLength)) return 'has a body that is no Uint8Array';
  const { hasDown, hasUp } = header as { readonly hasDown?: boolean; readonly hasUp?: boolean };
  const hasBody = TYPES_WITH_BODY.has(type) && hasDown !== false && hasUp !== false;
  return bodyLength > 0 && !hasBody ? `has ${bodyLength} bytes that belong to nothing` : undefined;
}

function maxHeaderBytes(type: MessageType): number {
  return type === 'welcome' ? MAX_WELCOME_HEADER_BYTES : MAX_HEADER_BYTES;
}

function aligned(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}

function tooLarge(what: string, received: number, expected: number): ProtoNormError {
  return new ProtoNormError(
    'message-too-large',
    `A ${what} of ${received} bytes is above the limit of ${expected}.`,
    {
      received,
      expected,
      hint: 'Send fewer metrics, shorter texts, or smaller settings.',
    },
  );
}

function corrupt(problem: string, cause?: unknown): ProtoNormError {
  return new ProtoNormError('message-corrupt', `What was received ${problem}.`, {
    hint: 'Send it again.',
    ...(cause !== undefined && { cause }),
  });
}
