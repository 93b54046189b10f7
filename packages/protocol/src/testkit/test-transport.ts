import type { Awaitable } from '@protonorm/tensor';
import type { TestRunner } from '@protonorm/tensor/testkit';
import type { TaskHandler } from '../transport/memory-transport.ts';
import type { Transport } from '../transport/transport.ts';
import { abortChecks } from './checks/abort-checks.ts';
import { answerChecks } from './checks/answer-checks.ts';
import { failureChecks } from './checks/failure-checks.ts';
import type { TransportContext } from './checks/transport-context.ts';
import { within } from './expectations.ts';
import {
  planChecks,
  report,
  runSuite,
  type Check,
  type CheckSelection,
  type ConformanceReport,
} from './suite.ts';

/** A transport with its clients at the other end. */
export interface OpenTransport {
  readonly transport: Transport;
  /** Ends connections and servers. */
  readonly close?: () => Awaitable<void>;
}

/** What is tested, and how. */
export interface TransportTestOptions extends CheckSelection {
  /** Connects a client for each handler; called for each check, resolves when all clients can be asked. */
  readonly open: (handlers: ReadonlyMap<string, TaskHandler>) => Awaitable<OpenTransport>;
  /** Longest time for anything that a check waits for, in milliseconds. @defaultValue 5000 */
  readonly limitMs?: number;
}

/**
 * The conformance suite of transports, for a test runner: a transport is done when it passes.
 *
 * Tasks and replies arrive as they are, bytes included, from many clients beside each other and in any order; unknown
 * clients and failures are told with their code; an abort ends a request at once with the signal's reason, reaches the
 * client, and leaves nothing behind; nothing hangs.
 *
 * @throws `invalid-argument` for a skip without reason, or of a check that does not exist
 * @example
 * ```ts
 * import { createMemoryTransport } from '@protonorm/protocol';
 * import { testTransport } from '@protonorm/protocol/testkit';
 * const names: string[] = [];
 * const it = Object.assign((name: string) => names.push(name), { skip: (name: string) => names.push(name) });
 * testTransport({
 *   open: (handlers) => ({ transport: createMemoryTransport(handlers) }),
 *   runner: { describe: (_, body) => body(), it },
 * });
 * names.includes('abort/during the request'); // => true
 * ```
 */
export function testTransport(options: TransportTestOptions & { readonly runner: TestRunner }): void {
  const plan = planChecks(allChecks(), options);
  runSuite(options.runner, {
    title: 'transport conformance',
    plan,
    run: (check) => runCheck(check, options),
  });
}

/**
 * The same without a test runner, for reports and for tests of this suite.
 *
 * @throws `invalid-argument` as {@link testTransport}; a check that fails does not throw, it is reported
 */
export async function checkTransport(options: TransportTestOptions): Promise<ConformanceReport> {
  return report(planChecks(allChecks(), options), (check) => runCheck(check, options));
}

function allChecks(): Check<TransportContext>[] {
  return [...answerChecks(), ...failureChecks(), ...abortChecks()];
}

async function runCheck(
  check: Check<TransportContext>,
  { open, limitMs = 5000 }: TransportTestOptions,
): Promise<void> {
  const opened: OpenTransport[] = [];
  try {
    await check.run({
      async open(handlers) {
        const transport = await open(new Map(Object.entries(handlers)));
        opened.push(transport);
        return transport.transport;
      },
      within: (promise, what) => within(promise, { limitMs, what }),
    });
  } finally {
    for (const { close } of opened) await close?.();
  }
}
