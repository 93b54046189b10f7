import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What the server does with the n-th request (from 1) for the bytes. */
type Behaviour = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A real HTTP server on 127.0.0.1. */
interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** The Range header of each request, in order; undefined where there was none. */
  readonly ranges: (string | undefined)[];
}

/** Starts a server with one behaviour for all paths. */
export async function testServer(behave: Behaviour): Promise<TestServer> {
  const ranges: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    behave(request, response, ranges.length);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.bin`,
    ranges,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers as a good file server does: whole files, or the asked range. */
export function serve(bytes: Uint8Array): Behaviour {
  return (request, response) => {
    const start = startOf(request);
    if (start === undefined) {
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    } else if (start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    } else {
      const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
      response.writeHead(206, { 'content-range': range, 'content-length': bytes.length - start });
      response.end(bytes.subarray(start));
    }
  };
}

/** Announces everything (from the asked start), sends `count` bytes and cuts the connection. */
export function breakOff(bytes: Uint8Array, count: number): Behaviour {
  return (request, response) => {
    const start = startOf(request) ?? 0;
    const head = {
      'content-length': bytes.length - start,
      'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
    };
    response.writeHead(start > 0 ? 206 : 200, head);
    response.write(bytes.subarray(start, start + count), () => setTimeout(() => response.destroy(), 100));
  };
}

function startOf(request: IncomingMessage): number | undefined {
  const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  return match ? Number(match[1]) : undefined;
}
