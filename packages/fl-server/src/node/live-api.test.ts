import { request } from 'node:http';
import { connect } from 'node:net';
import {
  createSystemClock,
  decodeLiveEvent,
  decodeLiveFederations,
  decodeLiveState,
  type LiveEvent,
  type RunEvent,
} from '@protonorm/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runFederation } from '../engine/round-engine.ts';
import { sumOptions } from '../engine/sum-run.test-support.ts';
import { LiveFeed } from '../live/live-feed.ts';
import { serveFederations } from './serve-federations.ts';

const NAME = `a / b ä ${'long '.repeat(40)}`;
const page = new TextEncoder().encode('<!doctype html><title>page</title>');
const script = new TextEncoder().encode('export {};');
const assets = new Map([
  ['index.html', { type: 'text/html; charset=utf-8', bytes: page }],
  ['page.js', { type: 'text/javascript; charset=utf-8', bytes: script }],
]);

async function served() {
  const feed = new LiveFeed({
    name: NAME,
    strategy: 'sum@1',
    rounds: 2,
    clock: createSystemClock(),
    now: () => 1_700_000_000_000,
  });
  const server = await serveFederations({
    federations: [],
    port: 0,
    feeds: new Map([[NAME, feed]]),
    assets,
  });
  onTestFinished(() => server.close());
  return { feed, server, path: `${server.url}/api/federations/${encodeURIComponent(NAME)}` };
}

const signal = (): AbortSignal => AbortSignal.timeout(10_000);

/** Events of a stream until it ends. */
async function readEvents(response: Response, onEvent = (_: LiveEvent): void => {}): Promise<LiveEvent[]> {
  const events: LiveEvent[] = [];
  let text = '';
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block)!;
      events.push(decodeLiveEvent(event, data));
      onEvent(events.at(-1)!);
    }
  }
  expect(text).toBe('');
  return events;
}

/** As it stands: fetch would tidy the path up. */
function rawStatus(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, signal: signal() }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the live API', () => {
  it('tells a run as it goes on, to the history at its end, and ends with the server', async () => {
    const { feed, server, path } = await served();
    const stream = await fetch(`${path}/events`, { signal: signal() });
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    // Headers come before any event does.
    expect(decodeLiveState(await (await fetch(path)).text())).toMatchObject({
      name: NAME,
      status: 'waiting',
    });
    let seen = (_: LiveEvent): void => {};
    const read = readEvents(stream, (event) => seen(event));
    const given: RunEvent[] = [];
    for await (const event of runFederation(sumOptions({ a: 1, b: 2 }))) {
      given.push(event);
      const arrived = new Promise<void>((resolve) => {
        seen = ({ event: kind, data }) => kind === 'run' && data.type === event.type && resolve();
      });
      feed.onRunEvent(event);
      await arrived; // while the run goes on, not behind it
    }
    const state = decodeLiveState(await (await fetch(path, { signal: signal() })).text());
    const list = await (await fetch(`${server.url}/api/federations`, { signal: signal() })).text();
    expect(decodeLiveFederations(list)).toEqual([feed.federation()]);
    await server.close();
    const events = await read;
    const runs = events.flatMap(({ event, data }) => (event === 'run' ? [data] : []));
    expect(runs).toEqual(given);
    const last = given.at(-1) as Extract<RunEvent, { type: 'run-finished' }>;
    expect(last.history.rounds).toHaveLength(2);
    expect(state.history).toEqual(last.history);
    expect(state.status).toBe('finished');
    expect(events.findLast(({ event }) => event === 'status')?.data).toEqual(feed.federation());
  });

  it('refuses federations that it does not know, by a code', async () => {
    const { server } = await served();
    for (const path of ['nobody', 'nobody/events', '__proto__']) {
      const response = await fetch(`${server.url}/api/federations/${path}`, { signal: signal() });
      expect([response.status, await response.json()]).toEqual([
        404,
        { code: 'invalid-argument', message: `There is no federation '${path.split('/')[0]}' here.` },
      ]);
    }
  });

  it('has a place for 64 watchers, and for another one when one has gone', async () => {
    const { path } = await served();
    const controllers = Array.from({ length: 64 }, () => new AbortController());
    for (const { signal: own } of controllers)
      expect((await fetch(`${path}/events`, { signal: own })).status).toBe(200);
    const refused = await fetch(`${path}/events`, { signal: signal() });
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'rate-limited' }]);
    for (const controller of controllers) controller.abort();
    await expect
      .poll(
        async () => {
          const own = new AbortController();
          const { status } = await fetch(`${path}/events`, { signal: own.signal });
          own.abort();
          return status;
        },
        { timeout: 10_000 },
      )
      .toBe(200);
  });

  it('drops who does not read, and nobody else', async () => {
    const { feed, server, path } = await served();
    const url = new URL(`${path}/events`);
    const socket = connect(Number(url.port), url.hostname);
    onTestFinished(() => void socket.destroy());
    socket.write(`GET ${url.pathname} HTTP/1.1\r\nhost: x\r\n\r\n`);
    await new Promise((resolve) => socket.once('readable', resolve)); // and never again
    const read = readEvents(await fetch(`${path}/events`, { signal: signal() }));
    const connections = (): Promise<number> =>
      new Promise((resolve, reject) => {
        server.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      });
    const before = await connections();
    const message = 'x'.repeat(1 << 20);
    let sent = 0;
    while ((await connections()) === before && sent < 64) {
      feed.onRunEvent({ type: 'client-failed', round: 0, clientId: 'a', code: 'timeout', message });
      sent++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await connections()).toBe(before - 1);
    await server.close();
    const runs = (await read).filter(({ event }) => event === 'run');
    expect(runs).toHaveLength(sent);
  }, 30_000);
});

describe('the page', () => {
  it('comes with headers that let nothing foreign in', async () => {
    const { server } = await served();
    for (const [path, body, caching] of [
      ['/', page, 'no-store'],
      ['/index.html', page, 'no-store'],
      ['/page.js', script, 'no-cache'],
    ] as const) {
      const response = await fetch(server.url + path, { signal: signal() });
      expect(response.status).toBe(200);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
      expect(response.headers.get('cache-control')).toBe(caching);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      const policy = response.headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'; script-src 'self';");
      expect(policy).not.toContain('unsafe');
      expect(response.headers.has('access-control-allow-origin')).toBe(false);
    }
    const tag = (await fetch(`${server.url}/page.js`)).headers.get('etag')!;
    const again = await fetch(`${server.url}/page.js`, { headers: { 'if-none-match': tag } });
    expect(again.status).toBe(304);
  });

  it('is all that there is: no path leads out of it', async () => {
    const { server } = await served();
    for (const path of [
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/package.json',
      '/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      '/..\\package.json',
      '//etc/passwd',
      '/page.js/',
      '/page.js%00',
      '/constructor',
    ])
      expect([path, await rawStatus(server.url, path)]).toEqual([path, 404]);
    const { code } = (await (await fetch(`${server.url}/nothing`)).json()) as { code: string };
    expect(code).toBe('data-not-found');
  });
});

it('a server without feeds and page has none', async () => {
  const server = await serveFederations({ federations: [], port: 0 });
  onTestFinished(() => server.close());
  expect(await (await fetch(`${server.url}/api/federations`)).json()).toEqual([]);
  expect((await fetch(server.url)).status).toBe(404);
});
