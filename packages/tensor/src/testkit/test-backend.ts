import { ProtoNormError } from '../errors/protonorm-error.ts';
import type { Backend } from '../learner/backend.ts';
import type { Awaitable } from '../learner/learner.ts';
import { batchNormChecks } from './checks/batch-norm-checks.ts';
import { ConformanceError, type BackendCheck } from './checks/check.ts';
import { determinismChecks } from './checks/determinism-checks.ts';
import { disposalChecks } from './checks/disposal-checks.ts';
import { dropoutChecks } from './checks/dropout-checks.ts';
import { expectThat, relativeError } from './checks/expectations.ts';
import { forwardChecks } from './checks/forward-checks.ts';
import { gradientChecks } from './checks/gradient-checks.ts';
import { inputChecks } from './checks/input-checks.ts';
import { lossChecks } from './checks/loss-checks.ts';
import { optimiserChecks } from './checks/optimiser-checks.ts';
import { partChecks } from './checks/part-checks.ts';
import { passChecks } from './checks/pass-checks.ts';

/** Checks that a backend cannot pass, and why. */
export interface SkippedChecks {
  /** For people, not empty; it stands in the report. */
  readonly reason: string;
  /** Names of checks; 'gradient/*' stands for all that begin with 'gradient/'. */
  readonly checks: readonly string[];
}

/** What is tested, and how strictly. */
export interface BackendTestOptions {
  /** Opens a backend; called at least once per check, and each is disposed of. */
  readonly create: () => Awaitable<Backend>;
  /**
   * The largest difference to float64, divided by the largest number of the array.
   *
   * @defaultValue 1e-5
   */
  readonly tolerance?: number;
  /** @defaultValue [] */
  readonly skip?: readonly SkippedChecks[];
  /** Names as in `skip`; the others are left out without a word. @defaultValue all */
  readonly only?: readonly string[];
}

/** The functions of a test runner: vitest, node:test, jest and mocha have them. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: {
    (name: string, body: () => Promise<void>): unknown;
    skip(name: string, body: () => Promise<void>): unknown;
  };
}

/** What a backend did on each check. */
export interface BackendReport {
  readonly passed: readonly {
    readonly name: string;
    /** Largest relative error seen. */ readonly worst: number;
  }[];
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * The conformance suite of backends, for a test runner: a backend is done when it passes.
 *
 * It covers the outputs of every kind of layer and their gradients against finite differences in float64, loss terms,
 * optimisers, batch normalisation in both modes, dropout, passes beside each other, numbers in and out, disposal, leaks,
 * determinism and bad input. Skipped checks are reported with their reason.
 *
 * @throws `invalid-argument` for a skip without reason, or of a check that does not exist
 * @example
 * ```ts
 * import { createOracleBackend, testBackend } from '@protonorm/tensor/testkit';
 * const names: string[] = [];
 * const it = Object.assign((name: string) => names.push(name), { skip: (name: string) => names.push(name) });
 * testBackend({ create: () => createOracleBackend(), runner: { describe: (_, body) => body(), it } });
 * names.includes('gradient/conv2d'); // => true
 * ```
 */
export function testBackend(options: BackendTestOptions & { readonly runner: TestRunner }): void {
  const { describe, it } = options.runner;
  const plan = planChecks(options);
  describe('backend conformance', () => {
    for (const { check, reason } of plan) {
      if (reason === undefined) it(check.name, async () => void (await runCheck(check, options)));
      else it.skip(`${check.name} (skipped: ${reason})`, async () => {});
    }
  });
}

/**
 * The same without a test runner, for reports and for tests of this suite.
 *
 * @throws `invalid-argument` as {@link testBackend}; a check that fails does not throw, it is reported
 * @example
 * ```ts
 * import { checkBackend, createOracleBackend } from '@protonorm/tensor/testkit';
 * const report = await checkBackend({ create: () => createOracleBackend(), only: ['forward/dense', 'parts/*'] });
 * report.failed.length; // => 0
 * ```
 */
export async function checkBackend(options: BackendTestOptions): Promise<BackendReport> {
  const passed: { name: string; worst: number }[] = [];
  const failed: { name: string; error: unknown }[] = [];
  const skipped: { name: string; reason: string }[] = [];
  for (const { check, reason } of planChecks(options)) {
    const { name } = check;
    if (reason !== undefined) {
      skipped.push({ name, reason });
      continue;
    }
    try {
      passed.push({ name, worst: await runCheck(check, options) });
    } catch (error) {
      failed.push({ name, error });
    }
  }
  return { passed, failed, skipped };
}

/** All checks, in the order in which they are run. */
function allChecks(): BackendCheck[] {
  return [
    ...forwardChecks(),
    ...gradientChecks(),
    ...lossChecks(),
    ...optimiserChecks(),
    ...batchNormChecks(),
    ...dropoutChecks(),
    ...passChecks(),
    ...partChecks(),
    ...disposalChecks(),
    ...determinismChecks(),
    ...inputChecks(),
  ];
}

function planChecks({ skip = [], only = ['*'] }: BackendTestOptions): {
  readonly check: BackendCheck;
  readonly reason: string | undefined;
}[] {
  const checks = allChecks();
  for (const { reason, checks: patterns } of [...skip, { reason: 'only', checks: only }]) {
    if (reason.trim() === '') {
      throw new ProtoNormError('invalid-argument', `The skip of ${patterns.join(', ')} needs a reason.`, {
        received: reason,
      });
    }
    for (const pattern of patterns) {
      if (checks.some(({ name }) => matches(name, pattern))) continue;
      throw new ProtoNormError('invalid-argument', `No check is named '${pattern}'.`, {
        received: pattern,
        expected: checks.map(({ name }) => name),
      });
    }
  }
  return checks
    .filter(({ name }) => only.some((pattern) => matches(name, pattern)))
    .map((check) => ({
      check,
      reason: skip.find((entry) => entry.checks.some((pattern) => matches(check.name, pattern)))?.reason,
    }));
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** Runs a check on a fresh backend, which must hold nothing behind it; returns the largest error. */
async function runCheck(check: BackendCheck, options: BackendTestOptions): Promise<number> {
  const { tolerance = 1e-5 } = options;
  const create = async (): Promise<Backend> => options.create();
  using backend = await create();
  const before = backend.memory();
  let worst = 0;
  await check.run({
    backend,
    create,
    expectClose(actual, expected, what, scale) {
      const error = relativeError(actual, expected, { what, ...(scale !== undefined && { scale }) });
      worst = Math.max(worst, error);
      if (error > tolerance) {
        throw new ConformanceError(
          `${what}: off by ${error.toExponential(1)} instead of at most ${tolerance}`,
        );
      }
    },
  });
  const { buffers } = backend.memory();
  expectThat(
    buffers <= before.buffers,
    `${buffers} buffers instead of ${before.buffers} behind '${check.name}'`,
  );
  return worst;
}
