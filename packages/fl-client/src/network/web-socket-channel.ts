import type { Channel, ChannelListener } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';

const SUBPROTOCOL = 'protonorm.1';
/** A client may close with 1000 or a code of its own alone. */
const OWN_CODES = 4000;
const CLOSED_BY_CLIENT = 4002;

/**
 * Opens a WebSocket to a federation: of browsers, and of Node.
 *
 * @param url - `ws://` or `wss://`, with `/federations/NAME/connect`
 * @throws `connection-lost` when it cannot be opened, and the signal's reason
 */
export function openWebSocketChannel(
  url: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<Channel> {
  signal.throwIfAborted();
  return new Promise<Channel>((resolve, reject) => {
    const socket = new WebSocket(url, SUBPROTOCOL);
    socket.binaryType = 'arraybuffer';
    const channel = new WebSocketChannel(url, socket);
    const onAbort = (): void => {
      socket.close();
      reject(signal.reason as Error);
    };
    const settled = (): void => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.addEventListener('open', () => {
      settled();
      resolve(channel);
    });
    // Errors tell nothing more than that; the close behind them tells the code.
    socket.addEventListener('close', ({ code, reason }) => {
      settled();
      reject(
        new ProtoNormError(
          'connection-lost',
          `${url} cannot be reached (${code}${reason && `, ${reason}`}).`,
          {
            received: code,
            hint: 'Is the server running, and is the name of the federation right?',
          },
        ),
      );
    });
  });
}

class WebSocketChannel implements Channel {
  readonly peer: string;
  readonly #socket: WebSocket;

  constructor(peer: string, socket: WebSocket) {
    this.peer = peer;
    this.#socket = socket;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  listen(listener: ChannelListener): void {
    const socket = this.#socket;
    let ended = false;
    const end = (code: number, reason: string): void => {
      if (ended) return;
      ended = true;
      listener.closed({ code, reason });
    };
    socket.addEventListener('message', ({ data }) => {
      if (ended) return;
      // Text is no frame: what is left of it is refused as one.
      listener.frame(data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(0));
    });
    socket.addEventListener('close', ({ code, reason }) => end(code, reason));
    if (socket.readyState === WebSocket.CLOSED) end(1006, '');
  }

  send(frame: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(Uint8Array.from(frame));
  }

  close(code: number, reason: string): void {
    this.#socket.close(code === 1000 || code >= OWN_CODES ? code : CLOSED_BY_CLIENT, reason);
  }
}
