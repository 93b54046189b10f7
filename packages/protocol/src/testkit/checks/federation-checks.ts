import { expectCode, expectSameJson, expectThat } from '../expectations.ts';
import type { Check } from '../suite.ts';
import {
  auditOf,
  deviceOf,
  expectReplies,
  ids,
  readAll,
  replyOf,
  type FederationContext,
} from './federation-context.ts';
import { eventsOf, expectEvents, expectSnapshot, runStarted, snapshotOf } from './store-context.ts';

/** Devices and the audit trail come back as they were; federations are apart. */
export function federationChecks(): Check<FederationContext>[] {
  return [
    {
      name: 'events/in pages',
      async run({ store }) {
        const given = [runStarted, ...eventsOf(0), ...eventsOf(1)];
        for (const event of given) await store.appendEvent(event);
        for (const limit of [1, 4, 1000]) {
          const all = await readAll((page) => store.loadEvents(page), limit);
          expectEvents(
            all.map(({ event }) => event),
            given,
            `events in pages of ${limit}`,
          );
        }
        for (const page of [
          { after: -1, limit: 1 },
          { after: 0, limit: 0 },
          { after: 0, limit: 0.5 },
        ]) {
          await expectCode(store.loadEvents(page), 'invalid-argument', `a page ${JSON.stringify(page)}`);
        }
      },
    },
    {
      name: 'snapshot/prototypes of each round',
      async run({ store }) {
        for (const round of [1, 2, 3]) await store.saveSnapshot(snapshotOf(round));
        for (const round of [1, 2, 3]) {
          const prototypes = await store.loadPrototypes(round);
          expectThat(prototypes !== undefined, `no prototypes of round ${round}`);
          expectSnapshot(
            snapshotOf(round, { prototypes }),
            snapshotOf(round),
            `prototypes of round ${round}`,
          );
        }
        expectThat((await store.loadPrototypes(4)) === undefined, 'prototypes of a round without a snapshot');
      },
    },
    {
      name: 'devices/as given, in order',
      async run({ store }) {
        expectSameJson(await store.loadDevices(), [], 'devices of an empty store');
        const given = ids.toSorted().map((id, i) =>
          deviceOf(id, {
            key: i % 2 === 0 ? null : 'key',
            status: (['allowed', 'denied', 'revoked'] as const)[i % 3],
          }),
        );
        for (const device of given.toReversed()) await store.saveDevice(device);
        expectSameJson(await store.loadDevices(), given, 'devices');
      },
    },
    {
      name: 'devices/the latest record counts',
      async run({ store }) {
        await store.saveDevice(deviceOf('a'));
        await store.saveDevice(deviceOf('b'));
        const again = deviceOf('a', { status: 'revoked', key: null, labels: {}, lastSeenAt: 2e12 });
        await store.saveDevice(again);
        await expectCode(store.saveDevice(deviceOf('b', { lastSeenAt: NaN })), 'invalid-argument', 'no time');
        await expectCode(store.saveDevice(deviceOf('\0')), 'invalid-argument', 'no id');
        expectSameJson(await store.loadDevices(), [again, deviceOf('b')], 'devices of which one changed');
      },
    },
    {
      name: 'audit/as given, in order',
      async run({ store }) {
        const odd = {
          clientId: null,
          code: 'timeout',
          address: '',
          detail: '\0 \ud800 " \\ 图 \u{1f600}',
          at: 0.5,
        };
        const given = [auditOf(0), auditOf(1, odd), auditOf(2), auditOf(2), auditOf(4)];
        for (const entry of given) await store.appendAudit(entry);
        await expectCode(
          store.appendAudit(auditOf(5, { at: NaN })),
          'invalid-argument',
          'an entry without time',
        );
        for (const limit of [1, 2, 5, 6]) {
          const all = await readAll((page) => store.loadAudit(page), limit);
          expectSameJson(
            all.map(({ sequence: _, ...entry }) => entry),
            given,
            `the trail in pages of ${limit}`,
          );
        }
        await expectCode(store.loadAudit({ after: 0, limit: 0 }), 'invalid-argument', 'an empty page');
      },
    },
    {
      name: 'audit/many at the same time',
      async run({ store }) {
        const given = Array.from({ length: 300 }, (_, i) => auditOf(i));
        await Promise.all(given.map((entry) => store.appendAudit(entry)));
        const all = await readAll((page) => store.loadAudit(page), 100);
        const numbers = all.map(({ at }) => at).toSorted((a, b) => a - b);
        expectSameJson(
          numbers,
          given.map(({ at }) => at),
          'entries, each once',
        );
      },
    },
    {
      name: 'federations/do not see each other',
      async run({ store, openFederation }) {
        const other = await openFederation('other');
        for (const [one, number] of [
          [store, 1],
          [other, 2],
        ] as const) {
          await one.appendEvent({ type: 'run-started', strategy: `s@${number}`, rounds: 9, clients: [] });
          await one.saveReply('task', replyOf('a', { up: Uint8Array.of(number) }));
          await one.saveDevice(deviceOf('a', { role: `role-${number}` }));
          await one.appendAudit(auditOf(number));
          await one.saveSnapshot(snapshotOf(number, { clients: new Map([['a', Uint8Array.of(number)]]) }));
        }
        for (const [one, number] of [
          [store, 1],
          [other, 2],
        ] as const) {
          const expected = [{ taskId: 'task', reply: replyOf('a', { up: Uint8Array.of(number) }) }];
          expectReplies(await one.loadReplies(3), expected, `replies of federation ${number}`);
          expectSameJson(await one.loadDevices(), [deviceOf('a', { role: `role-${number}` })], 'devices');
          const audit = await one.loadAudit({ after: 0, limit: 9 });
          expectSameJson(
            audit.map(({ detail }) => detail),
            [`entry ${number}`],
            'the trail',
          );
          const events = await one.loadEvents({ after: 0, limit: 9 });
          expectSameJson(
            events.map(({ event }) => event.strategy),
            [`s@${number}`],
            'events',
          );
          const snapshot = snapshotOf(number, { clients: new Map([['a', Uint8Array.of(number)]]) });
          expectSnapshot(await one.loadSnapshot(), snapshot, `the snapshot of federation ${number}`);
        }
        expectThat((await other.loadPrototypes(1)) === undefined, 'prototypes of the other federation');
      },
    },
    {
      name: 'federations/of any name, one owner each',
      async run({ openFederation }) {
        for (const name of ids) {
          const store = await openFederation(name);
          expectSameJson(await store.loadDevices(), [], `devices of '${name}'`);
          await store.saveDevice(deviceOf('a', { role: name }));
          await expectCode(openFederation(name), 'invalid-run', 'a federation that is open already');
          await store[Symbol.asyncDispose]();
          await store[Symbol.asyncDispose]();
        }
        for (const name of ids) {
          const store = await openFederation(name);
          expectSameJson(
            await store.loadDevices(),
            [deviceOf('a', { role: name })],
            'devices behind closing',
          );
          await store[Symbol.asyncDispose]();
        }
        await expectCode(openFederation('\0'), 'invalid-argument', 'a name that cannot be');
      },
    },
    {
      name: 'federations/closed',
      async run({ openFederation }) {
        const store = await openFederation('closed');
        const before = [store.saveReply('task', replyOf('a')), store.saveDevice(deviceOf('a'))];
        await store[Symbol.asyncDispose]();
        await Promise.all(before);
        const calls = {
          appendEvent: () => store.appendEvent(runStarted),
          saveSnapshot: () => store.saveSnapshot(snapshotOf(1)),
          loadSnapshot: () => store.loadSnapshot(),
          saveReply: () => store.saveReply('task', replyOf('b')),
          loadReplies: () => store.loadReplies(3),
          saveDevice: () => store.saveDevice(deviceOf('a')),
          appendAudit: () => store.appendAudit(auditOf(1)),
        };
        for (const [name, call] of Object.entries(calls))
          await expectCode(call(), 'disposed', `${name} of a closed store`);
        const again = await openFederation('closed');
        expectReplies(
          await again.loadReplies(3),
          [{ taskId: 'task', reply: replyOf('a') }],
          'saved before closing',
        );
        expectSameJson(await again.loadDevices(), [deviceOf('a')], 'saved before closing');
      },
    },
  ];
}

/** What was kept is there for the next process. */
export function reopenFederationChecks(): Check<FederationContext>[] {
  return [
    {
      name: 'reopen/replies, devices and the trail',
      async run({ store, reopen }) {
        await store.saveReply('task', replyOf('a'));
        await store.saveDevice(deviceOf('a'));
        await store.appendAudit(auditOf(1));
        const again = (await reopen()).store;
        expectReplies(await again.loadReplies(3), [{ taskId: 'task', reply: replyOf('a') }], 'replies');
        const saved = await again.saveReply('task', replyOf('a', { up: null }));
        expectThat(saved === 'known', `a reply that another process knew is '${saved}'`);
        await again.saveReply('task', replyOf('b'));
        await again.appendAudit(auditOf(2));
        expectSameJson(await again.loadDevices(), [deviceOf('a')], 'devices');
        const audit = await readAll((page) => again.loadAudit(page), 1);
        expectSameJson(
          audit.map(({ detail }) => detail),
          ['entry 1', 'entry 2'],
          'the trail of two processes',
        );
        expectThat((await again.loadReplies(3)).length === 2, 'replies of two processes');
      },
    },
    {
      name: 'reopen/events of rounds that happen again',
      async run({ store, reopen }) {
        await store.appendEvent(runStarted);
        for (const event of eventsOf(0)) await store.appendEvent(event);
        await store.saveSnapshot(snapshotOf(1));
        for (const event of eventsOf(1)) await store.appendEvent(event);
        await store.appendEvent({ type: 'run-finished', history: { evaluations: [], rounds: [] } });
        const again = await reopen();
        const resumed = { type: 'run-resumed', strategy: 'conformance@1', round: 1 } as const;
        await again.store.appendEvent(resumed);
        await again.store.appendEvent(eventsOf(1)[0]);
        const expected = [runStarted, ...eventsOf(0), resumed, eventsOf(1)[0]];
        expectEvents(await again.events(), expected, 'events of a run that went on');
        await readAll((page) => again.store.loadEvents(page), 2);
      },
    },
    {
      name: 'reopen/a run without a snapshot begins anew',
      async run({ store, reopen }) {
        for (const event of [runStarted, ...eventsOf(0)]) await store.appendEvent(event);
        await store.saveReply('task', replyOf('a', { round: 0 }));
        const again = await reopen();
        await again.store.appendEvent(runStarted);
        expectEvents(await again.events(), [runStarted], 'events of a run that began anew');
        expectThat((await again.store.loadReplies(0)).length === 1, 'an acknowledged reply is lost');
      },
    },
  ];
}
