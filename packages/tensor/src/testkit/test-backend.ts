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
import {
  planChecks,
  reportSuite,
  runSuite,
  type CheckSelection,
  type TestRunner,
} from './conformance-suite.ts';

/** What is tested, and how strictly. */
export interface BackendTestOptions extends CheckSelection {
  /** Opens a backend; called at least once per check, and each is disposed of. */
  readonly create: () => Awaitable<Backend>;
  /**
   * The largest difference to float64, divided by the largest number of the array.
   *
   * @defaultValue 1e-5
   */
  readonly tolerance?: number;
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
  runSuite(options.runner, {
    title: 'backend conformance',
    plan: planChecks(allChecks(), options),
    run: (check) => runCheck(check, options),
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
  const report = await reportSuite(planChecks(allChecks(), options), (check) => runCheck(check, options));
  return { ...report, passed: report.passed.map(({ name, result }) => ({ name, worst: result })) };
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
