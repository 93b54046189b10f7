import { isProtoNormError, ProtoNormError, type ErrorCode } from '@protonorm/tensor';
import type { WireMessage } from '../wire/message-schemas.ts';
import { FrameReceiver, splitFrame, type FrameLimits } from '../wire/parts.ts';
import { encodeWireMessage } from '../wire/wire-frame.ts';
import type { Channel, ChannelEnd } from './channel.ts';
import type { Clock } from './clock.ts';

/** Heartbeats in the time after which a silent side counts as gone. */
const HEARTBEATS = 3;
const NORMAL_END = 1000;

/** WebSocket close codes of errors: rule E4 of SPEC.md. */
const CLOSE_CODES: Partial<Record<ErrorCode, number>> = {
  'message-corrupt': 1002,
  'schema-violation': 1002,
  'protocol-mismatch': 1002,
  'access-denied': 1008,
  'rate-limited': 1008,
  'message-too-large': 1009,
  'connection-lost': 4001,
};

/** What a connection is made of. */
export interface MessageConnectionOptions {
  readonly channel: Channel;
  /** What is accepted, until {@link MessageConnection.adopt} says otherwise. */
  readonly limits: FrameLimits;
  /** Most bytes of a frame that is sent, until then. @defaultValue 1 MiB: rule H7 of SPEC.md */
  readonly sendFrameBytes?: number;
  /** A side that has sent nothing for this long counts as gone, in milliseconds. */
  readonly silenceMs: number;
  readonly clock: Clock;
  /** May throw a `ProtoNormError`: the other side is told, and the connection ends. */
  readonly onMessage: (message: WireMessage) => void;
  /**
   * The connection has ended, once.
   *
   * @param error - what was wrong on this side; undefined when it was closed in order, or by the other side
   */
  readonly onEnd: (end: ChannelEnd, error: ProtoNormError | undefined) => void;
}

/** Messages over a channel: whole, alive, and ended by whoever breaks the rules. */
export class MessageConnection {
  readonly #options: MessageConnectionOptions;
  readonly #receiver: FrameReceiver;
  #maxFrameBytes: number;
  #silenceMs: number;
  #parts = 0;
  #sentAt: number;
  #receivedAt: number;
  #stopTimer: () => void = () => {};
  #error: ProtoNormError | undefined;
  #ended = false;

  constructor(options: MessageConnectionOptions) {
    const { channel, limits, sendFrameBytes = 1 << 20, silenceMs, clock } = options;
    this.#options = options;
    this.#receiver = new FrameReceiver(limits);
    this.#maxFrameBytes = sendFrameBytes;
    this.#silenceMs = silenceMs;
    this.#sentAt = clock.now();
    this.#receivedAt = this.#sentAt;
    channel.listen({ frame: (bytes) => this.#onFrame(bytes), closed: (end) => this.#onClosed(end) });
    this.#watch();
  }

  get ended(): boolean {
    return this.#ended;
  }

  get peer(): string {
    return this.#options.channel.peer;
  }

  /** Takes what the handshake has settled: what is accepted and sent from now on, and the silence limit. */
  adopt(settled: {
    readonly limits?: FrameLimits;
    readonly sendFrameBytes?: number;
    readonly silenceMs?: number;
  }): void {
    const { limits, sendFrameBytes, silenceMs } = settled;
    if (limits !== undefined) this.#receiver.setLimits(limits);
    if (sendFrameBytes !== undefined) this.#maxFrameBytes = sendFrameBytes;
    if (silenceMs === undefined) return;
    this.#silenceMs = silenceMs;
    this.#stopTimer();
    this.#watch();
  }

  /** Sends, or does nothing when the connection has ended. */
  send(message: WireMessage): void {
    if (this.#ended) return;
    const { channel, clock } = this.#options;
    this.#sentAt = clock.now();
    const frames = splitFrame(encodeWireMessage(message), {
      maxFrameBytes: this.#maxFrameBytes,
      message: this.#parts,
    });
    if (frames.length > 1) this.#parts = (this.#parts + 1) % 2 ** 31;
    for (const frame of frames) channel.send(frame);
  }

  /** Ends the connection in order. */
  close(code = NORMAL_END, reason = ''): void {
    if (!this.#ended) this.#options.channel.close(code, reason);
  }

  /** Tells the other side what is wrong and ends the connection. */
  fail(error: ProtoNormError): void {
    if (this.#ended || this.#error !== undefined) return;
    this.#error = error;
    this.send({ type: 'error', header: errorHeader(error, { fatal: true }) });
    this.#options.channel.close(CLOSE_CODES[error.code] ?? 1011, error.code);
  }

  #onFrame(bytes: Uint8Array): void {
    if (this.#ended || this.#error !== undefined) return;
    this.#receivedAt = this.#options.clock.now();
    try {
      const message = this.#receiver.receive(bytes);
      if (message !== undefined && message.type !== 'heartbeat') this.#options.onMessage(message);
    } catch (error) {
      if (!isProtoNormError(error)) throw error;
      this.fail(error);
    }
  }

  #onClosed(end: ChannelEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopTimer();
    this.#options.onEnd(end, this.#error);
  }

  /** Looks a few times in the silence limit whether a heartbeat is due, and whether the other side is still there. */
  #watch(): void {
    const { clock } = this.#options;
    const interval = this.#silenceMs / HEARTBEATS;
    this.#stopTimer = clock.after(interval, () => {
      if (this.#ended) return;
      const now = clock.now();
      const silent = now - this.#receivedAt;
      if (silent >= this.#silenceMs) {
        const limit = this.#silenceMs;
        this.fail(
          new ProtoNormError('connection-lost', `Nothing came for ${Math.round(silent)} ms.`, {
            received: Math.round(silent),
            expected: limit,
            hint: 'Connect again.',
          }),
        );
        return;
      }
      // A little early rather than one interval late.
      if (now - this.#sentAt >= interval * 0.9) this.send({ type: 'heartbeat', header: {} });
      this.#watch();
    });
  }
}

/** An error as the other side is told of it; the received value stays here, it may be private. */
export function errorHeader(
  error: ProtoNormError,
  { fatal, round }: { readonly fatal: boolean; readonly round?: number },
) {
  const { code, message, hint } = error;
  return {
    code,
    message: message.slice(0, 4096),
    ...(hint !== undefined && { hint: hint.slice(0, 4096) }),
    ...(round !== undefined && { round }),
    fatal,
  };
}
