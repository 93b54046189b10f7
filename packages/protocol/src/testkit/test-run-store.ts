import type { Awaitable } from '@protonorm/tensor';
import type { TestRunner } from '@protonorm/tensor/testkit';
import type { RunStore } from '../store/run-store.ts';
import { eventChecks, reopenChecks } from './checks/event-checks.ts';
import { snapshotChecks } from './checks/snapshot-checks.ts';
import type { StoreContext } from './checks/store-context.ts';
import {
  planChecks,
  report,
  runSuite,
  type Check,
  type CheckSelection,
  type ConformanceReport,
} from './suite.ts';

/** A store with what a test must know of it. */
export interface OpenRunStore {
  readonly store: RunStore;
  /** All events that it keeps, in order; tables and histories may be missing. */
  readonly events: () => Awaitable<readonly unknown[]>;
  readonly close?: () => Awaitable<void>;
}

/** What is tested, and how. */
export interface RunStoreTestOptions<Opened extends OpenRunStore = OpenRunStore> extends CheckSelection {
  /** Opens an empty store; called for each check. */
  readonly open: () => Awaitable<Opened>;
  /** Opens what a store that was closed has kept; left out for stores that do not outlive their process. */
  readonly reopen?: (closed: Opened) => Awaitable<Opened>;
}

/**
 * The conformance suite of run stores, for a test runner: a store is done when it passes.
 *
 * Snapshots come back to the byte, whatever clients and tables are called; the latest wins; a failed save leaves the one
 * before it; arrays are not shared; events keep their order; and with `reopen`, all of it outlives the process.
 *
 * @throws `invalid-argument` for a skip without reason, or of a check that does not exist
 * @example
 * ```ts
 * import { createMemoryStore } from '@protonorm/protocol';
 * import { checkRunStore } from '@protonorm/protocol/testkit';
 * const report = await checkRunStore({
 *   open() {
 *     const store = createMemoryStore();
 *     return { store, events: () => store.events };
 *   },
 * });
 * report.failed.length; // => 0
 * ```
 */
export function testRunStore<Opened extends OpenRunStore>(
  options: RunStoreTestOptions<Opened> & { readonly runner: TestRunner },
): void {
  const plan = planChecks(checksFor(options), options);
  runSuite(options.runner, {
    title: 'run store conformance',
    plan,
    run: (check) => runCheck(check, options),
  });
}

/**
 * The same without a test runner, for reports and for tests of this suite.
 *
 * @throws `invalid-argument` as {@link testRunStore}; a check that fails does not throw, it is reported
 */
export async function checkRunStore<Opened extends OpenRunStore>(
  options: RunStoreTestOptions<Opened>,
): Promise<ConformanceReport> {
  return report(planChecks(checksFor(options), options), (check) => runCheck(check, options));
}

function checksFor({ reopen }: { readonly reopen?: unknown }): Check<StoreContext>[] {
  return [...snapshotChecks(), ...eventChecks(), ...(reopen === undefined ? [] : reopenChecks())];
}

async function runCheck<Opened extends OpenRunStore>(
  check: Check<StoreContext>,
  { open, reopen }: RunStoreTestOptions<Opened>,
): Promise<void> {
  let opened: Opened | undefined = await open();
  try {
    const first = opened;
    await check.run({
      store: first.store,
      events: async () => first.events(),
      async reopen() {
        opened = undefined;
        await first.close?.();
        opened = await reopen!(first);
        const { store, events } = opened;
        return { store, events: async () => events() };
      },
    });
  } finally {
    await opened?.close?.();
  }
}
