import {
  expectSnapshot,
  eventsOf,
  expectEvents,
  runStarted,
  snapshotOf,
  type StoreContext,
} from './store-context.ts';
import type { Check } from '../suite.ts';

/** Events are kept in order, beside the snapshots. */
export function eventChecks(): Check<StoreContext>[] {
  return [
    {
      name: 'events/in order',
      async run({ store, events }) {
        const given = [runStarted, ...eventsOf(0), ...eventsOf(1)];
        for (const event of given) await store.appendEvent(event);
        expectEvents(await events(), given, 'events');
      },
    },
    {
      name: 'events/beside snapshots',
      async run({ store, events }) {
        await store.appendEvent(runStarted);
        for (const round of [0, 1, 2]) {
          for (const event of eventsOf(round)) await store.appendEvent(event);
          await store.saveSnapshot(snapshotOf(round + 1));
        }
        expectEvents(
          await events(),
          [runStarted, ...[0, 1, 2].flatMap(eventsOf)],
          'events of three rounds with snapshots',
        );
        expectSnapshot(await store.loadSnapshot(), snapshotOf(3), 'the snapshot behind them');
      },
    },
  ];
}

/** What was kept is there for the next process. */
export function reopenChecks(): Check<StoreContext>[] {
  return [
    {
      name: 'reopen/empty',
      async run({ reopen }) {
        const { store, events } = await reopen();
        expectEvents(await events(), [], 'events of an empty store');
        await store.saveSnapshot(snapshotOf(1));
        expectSnapshot(await store.loadSnapshot(), snapshotOf(1), 'a snapshot');
      },
    },
    {
      name: 'reopen/the latest snapshot and its events',
      async run({ store, reopen }) {
        const given = [runStarted, ...eventsOf(0), ...eventsOf(1)];
        for (const event of given.slice(0, 1 + eventsOf(0).length)) await store.appendEvent(event);
        await store.saveSnapshot(snapshotOf(1));
        for (const event of eventsOf(1)) await store.appendEvent(event);
        await store.saveSnapshot(snapshotOf(2));
        const again = await reopen();
        expectSnapshot(await again.store.loadSnapshot(), snapshotOf(2), 'the snapshot of another process');
        expectEvents(await again.events(), given, 'events of another process');
      },
    },
    {
      name: 'reopen/and go on',
      async run({ store, reopen }) {
        await store.appendEvent(runStarted);
        for (const event of eventsOf(0)) await store.appendEvent(event);
        await store.saveSnapshot(snapshotOf(1));
        const again = await reopen();
        for (const event of eventsOf(1)) await again.store.appendEvent(event);
        await again.store.saveSnapshot(snapshotOf(2));
        expectSnapshot(await again.store.loadSnapshot(), snapshotOf(2), 'the next snapshot');
        expectEvents(
          await again.events(),
          [runStarted, ...eventsOf(0), ...eventsOf(1)],
          'events of two processes',
        );
      },
    },
  ];
}
