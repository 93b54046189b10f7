import type { Awaitable } from '@protonorm/tensor';
import type { TestRunner } from '@protonorm/tensor/testkit';
import type { FederationDatabase, FederationStore } from '../store/federation-store.ts';
import { eventChecks, reopenChecks } from './checks/event-checks.ts';
import { federationChecks, reopenFederationChecks } from './checks/federation-checks.ts';
import { readAll, type FederationContext } from './checks/federation-context.ts';
import { replyChecks } from './checks/reply-checks.ts';
import { snapshotChecks } from './checks/snapshot-checks.ts';
import {
  planChecks,
  report,
  runSuite,
  type Check,
  type CheckSelection,
  type ConformanceReport,
} from './suite.ts';

/** A database with what a test must do behind it. */
export interface OpenFederationDatabase {
  readonly database: FederationDatabase;
  /** Called behind the database's own disposal, also before `reopen`. */
  readonly close?: () => Awaitable<void>;
}

/** What is tested, and how. */
export interface FederationStoreTestOptions<
  Opened extends OpenFederationDatabase = OpenFederationDatabase,
> extends CheckSelection {
  /** Opens an empty database; called for each check. */
  readonly open: () => Awaitable<Opened>;
  /** Opens what a database that was disposed has kept; left out for databases that do not outlive their process. */
  readonly reopen?: (closed: Opened) => Awaitable<Opened>;
}

/**
 * The conformance suite of federation stores, for a test runner: a database is done when it passes.
 *
 * It is what `testRunStore` asks, and: replies come back to the bit, the first of a client to a task stays, exactly one of
 * those at the same time is saved; devices and the audit trail are as given; federations do not see each other and have one
 * owner each; a call that rejects changed nothing; with `reopen`, all of it outlives the process.
 *
 * @throws `invalid-argument` for a skip without reason, or of a check that does not exist
 * @example
 * ```ts
 * import { createMemoryDatabase } from '@protonorm/protocol';
 * import { checkFederationStore } from '@protonorm/protocol/testkit';
 * const report = await checkFederationStore({ open: () => ({ database: createMemoryDatabase() }) });
 * report.failed.length; // => 0
 * ```
 */
export function testFederationStore<Opened extends OpenFederationDatabase>(
  options: FederationStoreTestOptions<Opened> & { readonly runner: TestRunner },
): void {
  const plan = planChecks(checksFor(options), options);
  runSuite(options.runner, {
    title: 'federation store conformance',
    plan,
    run: (check) => runCheck(check, options),
  });
}

/**
 * The same without a test runner, for reports and for tests of this suite.
 *
 * @throws `invalid-argument` as {@link testFederationStore}; a check that fails does not throw, it is reported
 */
export async function checkFederationStore<Opened extends OpenFederationDatabase>(
  options: FederationStoreTestOptions<Opened>,
): Promise<ConformanceReport> {
  return report(planChecks(checksFor(options), options), (check) => runCheck(check, options));
}

function checksFor({ reopen }: { readonly reopen?: unknown }): Check<FederationContext>[] {
  return [
    ...snapshotChecks(),
    ...eventChecks(),
    ...replyChecks(),
    ...federationChecks(),
    ...(reopen === undefined ? [] : [...reopenChecks(), ...reopenFederationChecks()]),
  ];
}

async function runCheck<Opened extends OpenFederationDatabase>(
  check: Check<FederationContext>,
  { open, reopen }: FederationStoreTestOptions<Opened>,
): Promise<void> {
  const name = 'conformance';
  let opened: Opened | undefined = await open();
  const close = async (): Promise<void> => {
    const closing = opened;
    opened = undefined;
    await closing?.database[Symbol.asyncDispose]();
    await closing?.close?.();
  };
  const events = (store: FederationStore) => async () =>
    (await readAll((page) => store.loadEvents(page), 1000)).map(({ event }) => event);
  try {
    const first = opened;
    const store = await first.database.openFederation(name);
    await check.run({
      store,
      events: events(store),
      openFederation: (other) => first.database.openFederation(other),
      async reopen() {
        await close();
        opened = await reopen!(first);
        const again = await opened.database.openFederation(name);
        return { store: again, events: events(again) };
      },
    });
  } finally {
    await close();
  }
}
