import type { Channel, ChannelListener } from '@protonorm/protocol';
import type { WebSocket } from 'ws';

/** A WebSocket that has come in, as a channel. */
export function socketChannel(socket: WebSocket, peer: string): Channel {
  return {
    peer,
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    listen(listener: ChannelListener) {
      socket.on('message', (data, isBinary) => {
        const bytes = Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data as ArrayBuffer);
        // Text is no frame: what is left of it is refused as one.
        listener.frame(isBinary ? bytes : new Uint8Array(0));
      });
      socket.on('error', () => {}); // the close behind it says all
      socket.on('close', (code, reason) => listener.closed({ code, reason: reason.toString() }));
    },
    send(frame) {
      if (socket.readyState === socket.OPEN) socket.send(frame, { binary: true });
    },
    close(code, reason) {
      socket.close(code, reason.slice(0, 120));
      // A side that does not answer the close is cut off.
      setTimeout(() => socket.terminate(), 2000).unref();
    },
  };
}
