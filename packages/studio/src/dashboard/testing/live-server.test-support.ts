import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeLiveEvent, encodeLiveState, type LiveEvent } from '@protonorm/protocol';
import type { DashboardFile } from '../dashboard-files.ts';
import type { ServedFederation } from './served-federation.test-support.ts';

/** The part of a server that the page talks to, on 127.0.0.1. */
export interface LiveServer extends AsyncDisposable {
  readonly origin: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** To every page that follows the federation. */
  send(name: string, events: readonly LiveEvent[]): void;
  /** Ends all connections and takes no new ones until {@link mend}. */
  cut(): void;
  mend(): void;
}

export async function startLiveServer(
  files: ReadonlyMap<string, DashboardFile>,
  federations: readonly ServedFederation[],
): Promise<LiveServer> {
  const followers = new Map<string, Set<ServerResponse>>();
  const asked: string[] = [];
  let down = false;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    asked.push(pathname);
    if (down) return void request.socket.destroy();
    const [, api, list, name, events] = pathname.split('/');
    const federation = federations.find(({ state }) => state.name === decodeURIComponent(name ?? ''));
    const json = (text: string): void =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    if (api === 'api' && list === 'federations') {
      if (name === undefined) return json(JSON.stringify(federations.map((own) => own.federation)));
      if (federation === undefined) return void response.writeHead(404).end();
      if (events === undefined) return json(encodeLiveState(federation.state));
      const own = followers.get(federation.state.name) ?? new Set();
      followers.set(federation.state.name, own.add(response));
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.flushHeaders();
      request.on('close', () => own.delete(response));
      return;
    }
    const file = files.get(pathname === '/' ? 'index.html' : pathname.slice(1));
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': file.type }).end(file.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    send(name, events) {
      const text = events
        .map(encodeLiveEvent)
        .map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`)
        .join('');
      for (const response of followers.get(name) ?? []) response.write(text);
    },
    cut() {
      down = true;
      server.closeAllConnections();
    },
    mend() {
      down = false;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
