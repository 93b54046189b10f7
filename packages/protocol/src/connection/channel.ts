/** Why a channel ended. */
export interface ChannelEnd {
  /** WebSocket close code, 1006 where the other side is just gone. */
  readonly code: number;
  readonly reason: string;
}

/** What a channel tells. */
export interface ChannelListener {
  /** A frame has come, whole; the bytes may be used again by the channel behind this call. */
  frame(bytes: Uint8Array): void;
  /** The channel has ended, once; nothing comes behind it. */
  closed(end: ChannelEnd): void;
}

/**
 * A way for frames in both directions, in order: a WebSocket, a long poll, two ends in one process.
 *
 * Nothing throws and nothing blocks: what is sent on a channel that has ended is lost.
 */
export interface Channel {
  /** Where the other side is, for logs: an address or a URL. */
  readonly peer: string;
  /** Bytes that were sent and have not left yet. */
  readonly bufferedBytes: number;
  /** Called once; what has come before and what comes is told in later turns, never within this call. */
  listen(listener: ChannelListener): void;
  send(frame: Uint8Array): void;
  close(code: number, reason: string): void;
}
