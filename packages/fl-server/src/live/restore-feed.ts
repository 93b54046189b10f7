import type { FederationStore, StoredEvent } from '@protonorm/protocol';
import type { LiveFeed } from './live-feed.ts';

const EVENTS_AT_ONCE = 1000;

/**
 * Begins a feed with what a store has of its federation, so that pages see the rounds before a restart too.
 *
 * @throws what the store throws: `store-failed`, `snapshot-corrupt`, `disposed`
 * @example
 * ```ts
 * import { LiveFeed, restoreFeed } from '@protonorm/fl-server';
 * import { createMemoryDatabase, createSystemClock } from '@protonorm/protocol';
 * const store = await createMemoryDatabase({ now: () => 0 }).openFederation('digits');
 * const feed = new LiveFeed({
 *   name: 'digits', strategy: 'protonorm@2', rounds: 3, clock: createSystemClock(), now: () => 0,
 * });
 * await restoreFeed(feed, store);
 * feed.state().history; // => { evaluations: [], rounds: [] }
 * ```
 */
export async function restoreFeed(
  feed: LiveFeed,
  store: Pick<FederationStore, 'loadEvents' | 'loadSnapshot' | 'loadDevices'>,
): Promise<void> {
  const events: StoredEvent[] = [];
  for (;;) {
    const page = await store.loadEvents({ after: events.at(-1)?.sequence ?? 0, limit: EVENTS_AT_ONCE });
    for (const event of page) events.push(event);
    if (page.length < EVENTS_AT_ONCE) break;
  }
  const snapshot = await store.loadSnapshot();
  const devices = await store.loadDevices();
  feed.begin({
    events,
    prototypes:
      snapshot === undefined || Object.keys(snapshot.prototypes).length === 0
        ? null
        : { round: snapshot.round - 1, tables: snapshot.prototypes },
    devices: devices.filter(({ status }) => status === 'allowed'),
  });
}
