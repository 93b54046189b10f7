import {
  createChannelPair,
  createDeviceKey,
  encodeWireMessage,
  MessageConnection,
  PROTOCOL_VERSION,
  signHandshake,
  type ChannelEnd,
  type Clock,
  type DeviceKey,
  type MessageHeader,
  type WireMessage,
} from '@protonorm/protocol';
import { describe, expect, it } from 'vitest';
import { createAdmission } from './admission.ts';
import type { FederationHost } from './federation-host.ts';
import type { HostEvent } from './host-event.ts';
import { testHost } from './loopback.test-support.ts';
import { createMemoryReplyLog } from './reply-log.ts';

const LIMITS = { maxFrameBytes: 1 << 20, maxMessageBytes: 1 << 20, maxAssemblies: 1 };

/** A clock that goes when it is told to. */
function manualClock(): Clock & { pass(ms: number): void } {
  let now = 0;
  const timers = new Map<object, { at: number; run: () => void }>();
  return {
    now: () => now,
    after(ms, run) {
      const key = {};
      timers.set(key, { at: now + ms, run });
      return () => void timers.delete(key);
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
        if (next === undefined) break;
        const [key, { at, run }] = next;
        timers.delete(key);
        now = at;
        run();
      }
      now = end;
    },
  };
}

/** The other end of a host, driven message by message. */
function peerOf(host: FederationHost, clock: Clock = manualClock()) {
  const [here, there] = createChannelPair();
  const messages: WireMessage[] = [];
  let wake: (() => void) | undefined;
  let end: ChannelEnd | undefined;
  host.connect(there);
  const connection = new MessageConnection({
    channel: here,
    limits: LIMITS,
    silenceMs: 1e9,
    clock,
    onMessage(message) {
      messages.push(message);
      wake?.();
    },
    onEnd(given) {
      end = given;
      wake?.();
    },
  });
  const until = async (done: () => boolean): Promise<void> => {
    while (!done())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return {
    connection,
    raw: here,
    messages,
    async next<T extends WireMessage['type']>(type: T): Promise<Extract<WireMessage, { type: T }>> {
      await until(() => messages.some((message) => message.type === type) || end !== undefined);
      const found = messages.find((message) => message.type === type);
      if (found === undefined) throw new Error(`closed (${end?.code}) without '${type}'`);
      return found as Extract<WireMessage, { type: T }>;
    },
    async ended(): Promise<ChannelEnd> {
      await until(() => end !== undefined);
      return end!;
    },
  };
}

type Hello = MessageHeader<'hello'>;

async function say(
  peer: ReturnType<typeof peerOf>,
  key: DeviceKey,
  change: Partial<Hello> | ((hello: Hello) => Hello) = {},
): Promise<void> {
  const { nonce } = (await peer.next('challenge')).header;
  const hello: Hello = {
    protocol: PROTOCOL_VERSION,
    federation: 'test',
    strategies: ['s@1'],
    software: 'test',
    device: { key: key.publicKey, signature: await signHandshake(key, { federation: 'test', nonce }) },
  };
  peer.connection.send({
    type: 'hello',
    header: typeof change === 'function' ? change(hello) : { ...hello, ...change },
  });
}

/** A well-formed key of nobody. */
const FOREIGN_KEY = 'A'.repeat(43);

describe('H4: who is refused, and told why', () => {
  it.each<[string, Partial<Hello> | ((hello: Hello) => Hello), string, number]>([
    ['another version of the protocol', { protocol: 2 }, 'protocol-mismatch', 1002],
    ['another federation', { federation: 'foreign' }, 'access-denied', 1008],
    ['a device without the strategy', { strategies: ['s@2'] }, 'invalid-strategy', 1011],
    ['a wrong token', { token: 'guess' }, 'access-denied', 1008],
    ['a wish for a place that there is not', { clientId: 'zoe', token: 'secret' }, 'access-denied', 1008],
    ['no key', ({ device: _, ...hello }) => ({ ...hello, token: 'secret' }), 'access-denied', 1008],
    [
      'the key of another device',
      (hello) => ({ ...hello, token: 'secret', device: { ...hello.device!, key: FOREIGN_KEY } }),
      'access-denied',
      1008,
    ],
  ])('%s', async (_what, change, code, close) => {
    const events: HostEvent[] = [];
    const host = testHost(['ann'], {
      admission: createAdmission({ clientIds: ['ann'], token: 'secret' }),
      onEvent: (event) => events.push(event),
    });
    const peer = peerOf(host);
    await say(peer, await createDeviceKey(), change);
    expect((await peer.next('error')).header).toMatchObject({ code, fatal: true });
    expect((await peer.ended()).code).toBe(close);
    expect(host.clients()).toEqual([]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'refused', code }));
  });

  it('the signature of an earlier connection: a nonce is good for one', async () => {
    const host = testHost(['ann']);
    const key = await createDeviceKey();
    let first: Hello | undefined;
    const one = peerOf(host);
    await say(one, key, (hello) => (first = hello));
    await one.next('welcome');
    const two = peerOf(host);
    await two.next('challenge');
    two.connection.send({ type: 'hello', header: first! });
    expect((await two.next('error')).header.code).toBe('access-denied');
    expect(host.connected()).toEqual(['ann']); // the first one is not driven out
  });
});

describe('H8: the order of a handshake', () => {
  it('a message before hello is refused', async () => {
    const peer = peerOf(testHost(['ann']));
    peer.connection.send({ type: 'leave', header: { reason: 'early' } });
    expect((await peer.next('error')).header.code).toBe('protocol-mismatch');
  });

  it('whoever only beats is cut off after the silence limit', async () => {
    const clock = manualClock();
    const peer = peerOf(testHost(['ann'], { clock, silenceMs: 1000 }));
    await peer.next('challenge');
    for (let passed = 0; passed < 1100; passed += 100) {
      peer.connection.send({ type: 'heartbeat', header: {} });
      await new Promise((resolve) => {
        setTimeout(resolve, 0);
      });
      clock.pass(100);
    }
    expect((await peer.next('error')).header.code).toBe('timeout');
  });

  it('H6: a stranger cannot send more than a handshake', async () => {
    const peer = peerOf(testHost(['ann']));
    await peer.next('challenge');
    peer.raw.send(
      encodeWireMessage({
        type: 'part',
        header: { message: 0, index: 0, count: 2, bytes: 400_000 },
        body: new Uint8Array(200_000),
      }),
    );
    expect((await peer.next('error')).header.code).toBe('message-too-large');
    expect((await peer.ended()).code).toBe(1009);
  });
});

it('H9: a newer connection of a client closes the older one', async () => {
  const host = testHost(['ann']);
  const key = await createDeviceKey();
  const one = peerOf(host);
  await say(one, key);
  expect((await one.next('welcome')).header.clientId).toBe('ann');
  const two = peerOf(host);
  await say(two, key);
  await two.next('welcome');
  expect((await one.ended()).code).toBe(4000);
  expect(host.connected()).toEqual(['ann']);
});

it('L2: a client that has gone silent is away, and stays a client', async () => {
  const clock = manualClock();
  const host = testHost(['ann'], { clock, silenceMs: 900 });
  const peer = peerOf(host);
  await say(peer, await createDeviceKey());
  await peer.next('welcome');
  clock.pass(1000);
  await peer.ended();
  expect([host.clients(), host.connected()]).toEqual([['ann'], []]);
});

it('T6: a reply that nobody waits for is refused with the round that is on', async () => {
  const host = testHost(['ann']);
  const peer = peerOf(host);
  await say(peer, await createDeviceKey());
  await peer.next('welcome');
  const controller = new AbortController();
  const asked = host.request(
    'ann',
    { strategy: 's@1', round: 4, down: null, evaluate: false, train: true },
    { signal: controller.signal },
  );
  const { task } = (await peer.next('task')).header;
  const reply = (of: string, round: number): void =>
    peer.connection.send({
      type: 'reply',
      header: { task: of, round, metrics: {}, hasUp: true },
      body: Uint8Array.of(1),
    });
  reply('s@1/3/t/none', 3);
  expect((await peer.next('error')).header).toMatchObject({ code: 'stale-round', round: 4, fatal: false });
  reply(task, 4);
  expect((await asked).up).toEqual(Uint8Array.of(1));
  expect((await peer.next('acknowledge')).header).toEqual({ task, known: false });
  reply(task, 4); // once more: it counts once
  while (peer.messages.filter(({ type }) => type === 'acknowledge').length < 2)
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
  expect(peer.messages.at(-1)!.header).toEqual({ task, known: true });
});

it.each([
  ['of another round', { round: 5 }, true],
  ['with an upload that nobody asked for', { round: 4 }, false],
])('T8: a reply %s is refused before it is kept', async (_what, { round }, train) => {
  const replies = createMemoryReplyLog();
  const host = testHost(['ann'], { replies });
  const peer = peerOf(host);
  await say(peer, await createDeviceKey());
  await peer.next('welcome');
  const asked = host.request(
    'ann',
    { strategy: 's@1', round: 4, down: null, evaluate: true, train },
    { signal: new AbortController().signal },
  );
  const { task } = (await peer.next('task')).header;
  peer.connection.send({
    type: 'reply',
    header: { task, round, metrics: {}, hasUp: true },
    body: Uint8Array.of(1),
  });
  await expect(asked).rejects.toMatchObject({ code: 'schema-violation' });
  expect((await peer.next('error')).header).toMatchObject({ code: 'schema-violation', fatal: false });
  expect([await replies.loadReplies(4), await replies.loadReplies(5)]).toEqual([[], []]);
});
