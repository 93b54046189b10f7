import { ProtoNormError } from '../errors/protonorm-error.ts';

/** The functions of a test runner: vitest, node:test, jest and mocha have them. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: {
    (name: string, body: () => Promise<void>): unknown;
    skip(name: string, body: () => Promise<void>): unknown;
  };
}

/** Checks that an implementation cannot pass, and why. */
export interface SkippedChecks {
  /** For people, not empty; it stands in the report. */
  readonly reason: string;
  /** Names of checks; 'gradient/*' stands for all that begin with 'gradient/'. */
  readonly checks: readonly string[];
}

/** Which checks are run. */
export interface CheckSelection {
  /** @defaultValue [] */
  readonly skip?: readonly SkippedChecks[];
  /** Names as in `skip`; the others are left out without a word. @defaultValue all */
  readonly only?: readonly string[];
}

/** A check that will be run, or will not for a reason. */
export interface PlannedCheck<Check> {
  readonly check: Check;
  readonly reason: string | undefined;
}

/** What an implementation did on each check. */
export interface SuiteReport<Result> {
  readonly passed: readonly { readonly name: string; readonly result: Result }[];
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

interface Named {
  /** 'group/what', unique. */
  readonly name: string;
}

/**
 * The checks that are asked for, each with the reason for which it is skipped: conformance suites of all contracts share
 * this, so that none has a skip without a reason.
 *
 * @param inapplicable - why there is nothing to check; undefined = there is
 * @throws `invalid-argument` for a skip without reason, or of a check that does not exist
 */
export function planChecks<Check extends Named>(
  checks: readonly Check[],
  { skip = [], only = ['*'] }: CheckSelection,
  inapplicable: (check: Check) => string | undefined = () => undefined,
): readonly PlannedCheck<Check>[] {
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
      reason:
        skip.find((entry) => entry.checks.some((pattern) => matches(check.name, pattern)))?.reason ??
        inapplicable(check),
    }));
}

/** Hands the checks to a test runner; skipped ones with their reason. */
export function runSuite<Check extends Named>(
  { describe, it }: TestRunner,
  suite: {
    readonly title: string;
    readonly plan: readonly PlannedCheck<Check>[];
    readonly run: (check: Check) => Promise<unknown>;
  },
): void {
  describe(suite.title, () => {
    for (const { check, reason } of suite.plan) {
      if (reason === undefined) it(check.name, async () => void (await suite.run(check)));
      // The reason is the caller's, in words: planChecks refuses a skip without one.
      else it.skip(`${check.name} (skipped: ${reason})`, async () => {});
    }
  });
}

/** Runs the checks one after the other; one that fails is reported, and the others go on. */
export async function reportSuite<Check extends Named, Result>(
  plan: readonly PlannedCheck<Check>[],
  run: (check: Check) => Promise<Result>,
): Promise<SuiteReport<Result>> {
  const passed: { name: string; result: Result }[] = [];
  const failed: { name: string; error: unknown }[] = [];
  const skipped: { name: string; reason: string }[] = [];
  for (const { check, reason } of plan) {
    const { name } = check;
    if (reason !== undefined) {
      skipped.push({ name, reason });
      continue;
    }
    try {
      passed.push({ name, result: await run(check) });
    } catch (error) {
      failed.push({ name, error });
    }
  }
  return { passed, failed, skipped };
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
