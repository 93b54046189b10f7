import type { RunSnapshot } from '../../store/run-store.ts';
import { expectThat, rejectionOf } from '../expectations.ts';
import type { Check } from '../suite.ts';
import {
  emptyTable,
  eventsOf,
  expectSnapshot,
  snapshotOf,
  table,
  type StoreContext,
} from './store-context.ts';

/** Snapshots come back as they were, the last one wins, and a failed one does no harm. */
export function snapshotChecks(): Check<StoreContext>[] {
  return [
    {
      name: 'snapshot/none at the beginning',
      async run({ store }) {
        expectThat((await store.loadSnapshot()) === undefined, 'an empty store has a snapshot');
        for (const event of eventsOf(0)) await store.appendEvent(event);
        expectThat((await store.loadSnapshot()) === undefined, 'events made a snapshot');
      },
    },
    {
      name: 'snapshot/bytes as given',
      async run({ store }) {
        const all = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
        for (const [i, engine] of [all, new Uint8Array(0), all.subarray(3, 300)].entries()) {
          const given = snapshotOf(i + 1, { engine, clients: new Map([['a', engine]]) });
          await store.saveSnapshot(given);
          expectSnapshot(await store.loadSnapshot(), given, `a snapshot of ${engine.length} bytes`);
        }
      },
    },
    {
      name: 'snapshot/any client ids',
      async run({ store }) {
        // prettier-ignore
        const ids = ['client-0000', 'A', 'a', 'a/b', '../up', '..', '.', ' ', '', 'Ärzte', '图', 'nul', 'a:b?c*d|e"f<g>', 'x'.repeat(300), 'constructor', '__metadata__'];
        const given = snapshotOf(1, { clients: new Map(ids.map((id, i) => [id, Uint8Array.of(i)])) });
        await store.saveSnapshot(given);
        expectSnapshot(await store.loadSnapshot(), given, 'clients of any name');
        const none = snapshotOf(2, { clients: new Map() });
        await store.saveSnapshot(none);
        expectSnapshot(await store.loadSnapshot(), none, 'no clients');
      },
    },
    {
      name: 'snapshot/tables as given',
      async run({ store }) {
        const several: readonly RunSnapshot['prototypes'][] = [
          { prototypes: table },
          { prototypes: table, aggregated: emptyTable, 'a.vectors': table },
          {},
        ];
        for (const [i, prototypes] of several.entries()) {
          const given = snapshotOf(i + 1, { prototypes });
          await store.saveSnapshot(given);
          expectSnapshot(await store.loadSnapshot(), given, `${Object.keys(prototypes).length} tables`);
        }
      },
    },
    {
      name: 'snapshot/the latest wins',
      async run({ store }) {
        for (const round of [1, 2, 3, 9, 10, 11, 99, 100, 9_999, 10_000, 10_001]) {
          await store.saveSnapshot(snapshotOf(round));
          expectSnapshot(await store.loadSnapshot(), snapshotOf(round), `the snapshot of round ${round}`);
        }
      },
    },
    {
      name: 'snapshot/of the same round again',
      async run({ store }) {
        await store.saveSnapshot(snapshotOf(4));
        const again = snapshotOf(4, { engine: Uint8Array.of(7, 7), prototypes: { other: table } });
        await store.saveSnapshot(again);
        expectSnapshot(await store.loadSnapshot(), again, 'the second snapshot of a round');
      },
    },
    {
      name: 'snapshot/a copy of its own',
      async run({ store }) {
        const given = snapshotOf(1);
        await store.saveSnapshot(given);
        for (const bytes of [given.engine, ...given.clients.values(), given.prototypes.prototypes.vectors]) {
          bytes.fill(55);
        }
        (given.clients as Map<string, Uint8Array>).clear();
        const loaded = await store.loadSnapshot();
        expectSnapshot(loaded, snapshotOf(1), 'a snapshot whose giver changed his arrays');
        for (const bytes of [
          loaded.engine,
          ...loaded.clients.values(),
          loaded.prototypes.prototypes.vectors,
        ]) {
          bytes.fill(66);
        }
        expectSnapshot(
          await store.loadSnapshot(),
          snapshotOf(1),
          'a snapshot whose reader changed his arrays',
        );
      },
    },
    {
      name: 'snapshot/a failed save changes nothing',
      async run({ store }) {
        const broken = [
          snapshotOf(1, { clients: brokenMap() }),
          snapshotOf(1, { prototypes: { good: table, bad: { ...table, vectors: new Float32Array(2) } } }),
        ];
        for (const snapshot of broken)
          await rejectionOf(store.saveSnapshot(snapshot), 'a snapshot that breaks off');
        expectThat((await store.loadSnapshot()) === undefined, 'a failed save left a snapshot');
        await store.saveSnapshot(snapshotOf(1));
        for (const round of [1, 2]) {
          for (const snapshot of broken) {
            await rejectionOf(store.saveSnapshot({ ...snapshot, round }), 'a snapshot that breaks off');
            expectSnapshot(
              await store.loadSnapshot(),
              snapshotOf(1),
              `behind a failed save of round ${round}`,
            );
          }
        }
        await store.saveSnapshot(snapshotOf(2));
        expectSnapshot(await store.loadSnapshot(), snapshotOf(2), 'behind a failed save of the same round');
      },
    },
  ];
}

/** Client states of which the second cannot be had. */
function brokenMap(): ReadonlyMap<string, Uint8Array> {
  const map = new Map([['client-0000', Uint8Array.of(1)]]);
  const entries = function* (): Generator<[string, Uint8Array]> {
    yield ['client-0000', Uint8Array.of(1)];
    throw new Error('the state of client-0001 is not to be had');
  };
  return Object.assign(map, { entries, [Symbol.iterator]: entries }) as ReadonlyMap<string, Uint8Array>;
}
