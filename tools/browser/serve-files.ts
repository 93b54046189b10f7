import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

/** A server on 127.0.0.1. */
export interface FileServer extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly origin: string;
  /** The paths that were asked for and not there. */
  readonly missing: readonly string[];
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/**
 * Serves files under a free port, cross-origin isolated: with SharedArrayBuffer and precise clocks.
 *
 * @param files - from the path in a URL, such as '/entry.js', to the content, or to the place on disk when it is a text
 */
export async function serveFiles(files: ReadonlyMap<string, Uint8Array | string>): Promise<FileServer> {
  const missing: string[] = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = files.get(pathname);
    try {
      if (file === undefined) throw new Error('not in the table');
      const content = typeof file === 'string' ? await readFile(file) : file;
      response.writeHead(200, {
        'content-type': types[extname(pathname) || '.html'] ?? 'application/octet-stream',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      response.end(content);
    } catch {
      missing.push(pathname);
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    missing,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
