import { ProtoNormError } from '@protonorm/tensor';
import { MIN_FRAME_BYTES, MIN_PART_BYTES, PART_OVERHEAD } from './limits.ts';
import type { MessageHeader, WireMessage } from './message-schemas.ts';
import { decodeWireMessage, encodeWireMessage } from './wire-frame.ts';

/**
 * A frame as frames of at most some bytes, so that a heartbeat passes between the parts of a long message, and a limit can be
 * kept before anything is allocated: rules P1 to P4 of SPEC.md.
 *
 * @param frame - of `encodeWireMessage`
 * @param options - `maxFrameBytes`: an integer >= 1,024; `message`: an integer >= 0 that the sender uses for no other
 *   message whose parts are under way
 * @returns the frame itself where it is short enough
 * @throws `invalid-argument`
 */
export function splitFrame(
  frame: Uint8Array,
  options: { readonly maxFrameBytes: number; readonly message: number },
): readonly Uint8Array[] {
  const { maxFrameBytes, message } = options;
  if (!Number.isSafeInteger(maxFrameBytes) || maxFrameBytes < MIN_FRAME_BYTES)
    throw invalidLimit('maxFrameBytes', maxFrameBytes, MIN_FRAME_BYTES);
  if (frame.length <= maxFrameBytes) return [frame];
  const size = maxFrameBytes - PART_OVERHEAD;
  const count = Math.ceil(frame.length / size);
  return Array.from({ length: count }, (_, index) =>
    encodeWireMessage({
      type: 'part',
      header: { message, index, count, bytes: frame.length },
      body: frame.subarray(index * size, (index + 1) * size),
    }),
  );
}

/** A message whose parts are under way. Its size is only a claim: no memory is reserved for it. */
interface Assembly {
  readonly bytes: number;
  readonly count: number;
  /** Bytes of each part but the last. */
  readonly size: number;
  readonly parts: Uint8Array[];
}

/** What a {@link FrameReceiver} accepts. */
export interface FrameLimits {
  /** Of a frame as it comes, in bytes; >= 1,024. */
  readonly maxFrameBytes: number;
  /** Of a message put together, in bytes; >= 1. A shorter frame that is no part has no limit but `maxFrameBytes`. */
  readonly maxMessageBytes: number;
  /** Messages whose parts may be under way at a time; >= 1. */
  readonly maxAssemblies: number;
}

/**
 * Puts parts together again: rules P1 to P8 of SPEC.md. One for each direction of a connection.
 *
 * Keeps at most `maxAssemblies * maxMessageBytes`, and no more than has come; a message that becomes complete takes its bytes
 * once more for a moment.
 */
export class FrameReceiver {
  #limits: FrameLimits;
  readonly #assemblies = new Map<number, Assembly>();
  #pendingBytes = 0;

  /** @throws `invalid-argument` for limits that are no integers or too small */
  constructor(limits: FrameLimits) {
    this.#limits = checkedLimits(limits);
  }

  /**
   * Takes other limits for frames and messages that begin from now on, such as wider ones behind a handshake.
   *
   * @throws `invalid-argument` for limits that are no integers or too small
   */
  setLimits(limits: FrameLimits): void {
    this.#limits = checkedLimits(limits);
  }

  /** Bytes kept of messages whose parts are under way. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /**
   * Takes a frame as it came.
   *
   * @returns the message, or undefined while parts of it are missing
   * @throws `message-corrupt` and `schema-violation` as `decodeWireMessage`, `message-corrupt` also for parts out of order;
   *   `message-too-large` above a limit. What was kept is then dropped, and the connection is of no more use.
   */
  receive(frame: Uint8Array): WireMessage | undefined {
    try {
      return this.#receive(frame);
    } catch (error) {
      this.#assemblies.clear();
      this.#pendingBytes = 0;
      throw error;
    }
  }

  #receive(frame: Uint8Array): WireMessage | undefined {
    const { maxFrameBytes } = this.#limits;
    if (frame.length > maxFrameBytes) throw tooLarge('frame', frame.length, maxFrameBytes);
    const message = decodeWireMessage(frame);
    if (message.type !== 'part') return message;
    const { header, body = new Uint8Array(0) } = message;
    const assembly = this.#assemblies.get(header.message) ?? this.#begin(header, body.length);
    const { bytes, count, size, parts } = assembly;
    if (header.count !== count || header.bytes !== bytes)
      throw outOfOrder('says other sizes than the part before');
    if (header.index !== parts.length)
      throw outOfOrder(`is number ${header.index}, where ${parts.length} must come`);
    const expected = header.index === count - 1 ? bytes - (count - 1) * size : size;
    if (body.length !== expected) throw outOfOrder(`carries ${body.length} bytes, not ${expected}`);
    parts.push(new Uint8Array(body)); // a copy: the frame may lie in a pool of the network
    this.#pendingBytes += body.length;
    if (parts.length < count) return undefined;
    this.#assemblies.delete(header.message);
    this.#pendingBytes -= bytes;
    const whole = decodeWireMessage(joined(parts, bytes));
    if (whole.type === 'part') throw outOfOrder('makes up another part');
    return whole;
  }

  #begin({ message, count, bytes }: MessageHeader<'part'>, size: number): Assembly {
    const { maxMessageBytes, maxAssemblies } = this.#limits;
    if (bytes > maxMessageBytes) throw tooLarge('message', bytes, maxMessageBytes);
    if (size < MIN_PART_BYTES) throw outOfOrder(`carries ${size} bytes, fewer than ${MIN_PART_BYTES}`);
    if (count !== Math.ceil(bytes / size))
      throw outOfOrder(`is one of ${count}, which do not make up ${bytes} bytes`);
    if (this.#assemblies.size >= maxAssemblies)
      throw tooLarge('number of messages under way', maxAssemblies + 1, maxAssemblies);
    const assembly: Assembly = { bytes, count, size, parts: [] };
    this.#assemblies.set(message, assembly);
    return assembly;
  }
}

function checkedLimits(limits: FrameLimits): FrameLimits {
  const smallest = { maxFrameBytes: MIN_FRAME_BYTES, maxMessageBytes: 1, maxAssemblies: 1 };
  for (const [key, minimum] of Object.entries(smallest)) {
    const limit = limits[key as keyof FrameLimits];
    if (!Number.isSafeInteger(limit) || limit < minimum) throw invalidLimit(key, limit, minimum);
  }
  return { ...limits };
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function invalidLimit(what: string, received: unknown, minimum: number): ProtoNormError {
  return new ProtoNormError(
    'invalid-argument',
    `${what} must be an integer of ${minimum} or more, received ${String(received)}.`,
    { received, expected: `>= ${minimum}` },
  );
}

function tooLarge(what: string, received: number, expected: number): ProtoNormError {
  return new ProtoNormError(
    'message-too-large',
    `A ${what} of ${received} is above the limit of ${expected}.`,
    {
      received,
      expected,
      hint: 'Raise the limit of the federation, or send fewer bytes: float16 or int8 prototypes, fewer features.',
    },
  );
}

function outOfOrder(problem: string): ProtoNormError {
  return new ProtoNormError('message-corrupt', `A part of a message ${problem}.`, { hint: 'Connect again.' });
}
