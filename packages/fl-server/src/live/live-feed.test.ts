import { protoNorm } from '@protonorm/strategies';
import type { AnyStrategy } from '@protonorm/strategy';
import {
  createMemoryDatabase,
  type Clock,
  type LiveDevice,
  type LiveEvent,
  type RunEvent,
} from '@protonorm/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { honest, ofType, runToEnd, sumOptions, upload } from '../engine/sum-run.test-support.ts';
import { toyRun } from '../engine/toy-run.test-support.ts';
import type { HostEvent } from '../network/host-event.ts';
import { LiveFeed } from './live-feed.ts';
import { restoreFeed } from './restore-feed.ts';

/** Time that passes when a test says so. */
function handClock(): Clock & { readonly pass: (ms: number) => void; readonly waiting: () => number } {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass(ms) {
      now += ms;
      for (const timer of timers) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.run();
      }
    },
    waiting: () => timers.size,
  };
}

function feedOf(rounds: number, clock = handClock()) {
  const feed = new LiveFeed({
    name: 'f',
    strategy: 'sum@1',
    rounds,
    clock,
    now: () => 1_000_000 + clock.now(),
  });
  return { feed, clock };
}

const bytes = upload(1).length;
const device = (feed: LiveFeed, clientId: string): LiveDevice =>
  feed.state().devices.find((own) => own.clientId === clientId)!;

/** Two honest clients, one that fails once, and one whose upload is refused. */
const mixed = () =>
  sumOptions(
    {
      a: 1,
      b: 2,
      fails: async (task) => {
        if (task.round === 1) throw new Error('no');
        return honest('fails', task);
      },
      wrong: async (task) => ({
        ...honest('wrong', task),
        ...(task.train && { up: Uint8Array.of(1, 2, 3) }),
      }),
    },
    { rounds: 3 },
  );

describe('a feed of a run', () => {
  it('says what the events said, after each of them', async () => {
    const { events } = await runToEnd(mixed());
    const { feed, clock } = feedOf(3);
    const told: LiveEvent[] = [];
    feed.subscribe((event) => told.push(event));
    for (const [i, event] of events.entries()) {
      feed.onRunEvent(event);
      clock.pass(300);
      const before = events.slice(0, i + 1);
      const { history, round, status } = feed.state();
      const rounds = ofType(before, 'round-finished').map(({ round: done }) => done);
      expect(history.rounds.map(({ round: done }) => done)).toEqual(rounds);
      expect(history.evaluations).toEqual(ofType(before, 'evaluated').map(({ type: _, ...own }) => own));
      expect(round).toBe(rounds.length);
      expect(status).toBe(event.type === 'run-finished' ? 'finished' : 'running');
    }
    clock.pass(1000);
    const last = events.at(-1) as Extract<RunEvent, { type: 'run-finished' }>;
    expect(feed.state().history).toEqual(last.history);
    expect(told.filter(({ event }) => event === 'run').map(({ data }) => data)).toEqual(events);
    expect(told.findLast(({ event }) => event === 'status')?.data).toEqual(feed.federation());
    expect(told.findLast(({ event }) => event === 'devices')?.data).toEqual(feed.state().devices);
    // As the records count them: 'wrong' has received all and given nothing.
    const up = last.history.rounds.reduce((sum, { bytesUp }) => sum + bytesUp, 0);
    const down = last.history.rounds.reduce((sum, { bytesDown }) => sum + bytesDown, 0);
    const { devices } = feed.state();
    expect(devices.reduce((sum, { bytesUp }) => sum + bytesUp, 0)).toBe(up);
    expect(devices.reduce((sum, { bytesDown }) => sum + bytesDown, 0)).toBe(down);
    expect(up).toBe(bytes * 8);
    expect(device(feed, 'wrong')).toMatchObject({ bytesUp: 0, status: 'idle', round: 3 });
  });

  it('tells who works, has answered and could not, and since when', () => {
    const { feed, clock } = feedOf(3);
    feed.onRunEvent({ type: 'run-started', strategy: 'sum@1', rounds: 3, clients: ['a', 'b', 'c'] });
    clock.pass(50);
    feed.onRunEvent({ type: 'round-started', round: 0, selected: ['a', 'b'] });
    clock.pass(50);
    feed.onRunEvent({ type: 'client-finished', round: 0, clientId: 'a', trained: true, bytesUp: 7 });
    feed.onRunEvent({ type: 'client-failed', round: 0, clientId: 'b', code: 'timeout', message: 'late' });
    expect(feed.state().devices.map(({ status, since }) => [status, since])).toEqual([
      ['answered', 1_000_100],
      ['failed', 1_000_100],
      ['working', 1_000_050],
    ]);
    feed.fail(Object.assign(new Error('gone'), { name: 'Gone' }));
    expect(feed.federation()).toMatchObject({
      status: 'failed',
      failure: { code: 'Gone', message: 'gone' },
    });
    expect(device(feed, 'c').status).toBe('idle');
  });

  it('keeps the tables of the last round that has any', async () => {
    const { feed } = feedOf(3);
    const { events } = await toyRun(protoNorm as AnyStrategy, {
      rounds: 2,
      onEvent: (e) => feed.onRunEvent(e),
    });
    const last = ofType(events, 'round-finished').at(-1)!;
    expect(Object.keys(last.prototypes).length).toBeGreaterThan(0);
    expect(feed.state().prototypes).toEqual({ round: last.round, tables: last.prototypes });
    feed.onRunEvent({ ...last, round: 2, prototypes: {} });
    expect(feed.state().prototypes?.round).toBe(last.round);
  });
});

describe('a feed of a host', () => {
  const clientId = fc.constantFrom('a', 'b', 'c');
  const hostEvent: fc.Arbitrary<HostEvent> = fc.oneof(
    fc.record({
      type: fc.constantFrom('connected' as const, 'left' as const),
      clientId,
      peer: fc.constant('p'),
    }),
    fc.record({
      type: fc.constant('disconnected' as const),
      clientId,
      peer: fc.constant('p'),
      reason: fc.constant('cut'),
    }),
    fc.record({
      type: fc.constant('reply' as const),
      clientId,
      round: fc.nat(3),
      bytes: fc.nat(100),
      known: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('refused' as const),
      peer: fc.constant('p'),
      code: fc.constant('access-denied'),
      message: fc.string(),
    }),
  );

  it('has each device as its last events left it, and tells of devices at most once a second', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hostEvent, fc.nat(1500)), { maxLength: 30 }), (given) => {
        const { feed, clock } = feedOf(3);
        const told: number[] = [];
        let last: readonly LiveDevice[] = [];
        const unsubscribe = feed.subscribe(({ event, data }) => {
          if (event !== 'devices') return;
          told.push(clock.now());
          last = data as readonly LiveDevice[];
        });
        for (const [event, wait] of given) {
          feed.onHostEvent(event);
          clock.pass(wait);
        }
        clock.pass(1000);
        expect(last).toEqual(feed.state().devices);
        for (let i = 1; i < told.length; i++) expect(told[i] - told[i - 1]).toBeGreaterThanOrEqual(1000);
        for (const id of ['a', 'b', 'c']) {
          const own = given.flatMap(([event]) =>
            event.type !== 'refused' && event.clientId === id ? [event] : [],
          );
          const door = own.findLast(({ type }) => type !== 'reply');
          const sent = own.reduce((sum, event) => sum + (event.type === 'reply' ? event.bytes : 0), 0);
          if (own.length === 0) expect(device(feed, id)).toBeUndefined();
          else
            expect(device(feed, id)).toMatchObject({
              connected: door?.type === 'connected',
              bytesUp: sent,
            });
        }
        const { connected, enrolled } = feed.federation();
        expect(connected).toBeLessThanOrEqual(enrolled);
        unsubscribe();
        expect(clock.waiting()).toBe(0);
      }),
    );
  });

  it('counts an upload once that both host and run tell of', () => {
    const { feed } = feedOf(3);
    feed.onHostEvent({ type: 'reply', clientId: 'a', round: 0, bytes: 9, known: false });
    feed.onRunEvent({ type: 'client-finished', round: 0, clientId: 'a', trained: true, bytesUp: 9 });
    expect(device(feed, 'a').bytesUp).toBe(9);
    feed.onRunEvent({ type: 'client-finished', round: 1, clientId: 'a', trained: true, bytesUp: 9 });
    expect(device(feed, 'a').bytesUp).toBe(18);
  });

  it('wakes nothing where nobody listens', () => {
    const { feed, clock } = feedOf(3);
    const unsubscribe = feed.subscribe(() => {});
    feed.onHostEvent({ type: 'connected', clientId: 'a', peer: 'p' });
    feed.onHostEvent({ type: 'disconnected', clientId: 'a', peer: 'p', reason: '' });
    expect(clock.waiting()).toBe(1);
    unsubscribe();
    expect(clock.waiting()).toBe(0);
    feed.onHostEvent({ type: 'connected', clientId: 'a', peer: 'p' });
    expect(clock.waiting()).toBe(0);
  });
});

describe('a feed behind a restart', () => {
  it('is that of a run without one, wherever it was cut off', async () => {
    const whole = feedOf(3).feed;
    const { events } = await runToEnd(mixed());
    for (const event of events) whole.onRunEvent(event);
    const bytesOf = (feed: LiveFeed) =>
      feed.state().devices.map(({ clientId, bytesUp, bytesDown, round }) => ({
        clientId,
        bytesUp,
        bytesDown,
        round,
      }));
    for (let cut = 1; cut <= events.length; cut++) {
      const store = await createMemoryDatabase({ now: () => 5 }).openFederation('f');
      let left = cut;
      await runToEnd({
        ...mixed(),
        store: {
          ...store,
          appendEvent: async (event) => {
            if (left-- === 0) throw new Error('killed');
            await store.appendEvent(event);
          },
        },
      });
      expect(await store.loadEvents({ after: 0, limit: 1000 })).toHaveLength(cut);
      const { feed } = feedOf(3);
      await restoreFeed(feed, store);
      expect(feed.federation().status).toBe(cut === events.length ? 'finished' : 'waiting');
      const { events: others, error } = await runToEnd({ ...mixed(), store });
      expect(error).toBeUndefined();
      for (const event of others) feed.onRunEvent(event);
      expect(feed.state().history).toEqual(whole.state().history);
      expect(bytesOf(feed)).toEqual(bytesOf(whole));
      expect(feed.federation()).toEqual(whole.federation());
    }
  });
});
