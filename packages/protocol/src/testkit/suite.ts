import { ProtoNormError } from '@protonorm/tensor';
import type { SkippedChecks, TestRunner } from '@protonorm/tensor/testkit';

/** One thing that every implementation of a contract must do. */
export interface Check<Context> {
  /** 'group/what', unique. */
  readonly name: string;
  /** Throws a ConformanceError (or what the implementation throws) when it is not done. */
  run(context: Context): Promise<void>;
}

/** Which checks are run. */
export interface CheckSelection {
  /** @defaultValue [] */
  readonly skip?: readonly SkippedChecks[];
  /** Names of checks, 'abort/*' for a group; the others are left out without a word. @defaultValue all */
  readonly only?: readonly string[];
}

/** What an implementation did on each check. */
export interface ConformanceReport {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

interface PlannedCheck<Context> {
  readonly check: Check<Context>;
  readonly reason: string | undefined;
}

/**
 * The checks that are asked for, each with the reason for which it is skipped.
 *
 * @throws `invalid-argument` for a skip without reason, or of a check that does not exist
 */
export function planChecks<Context>(
  checks: readonly Check<Context>[],
  { skip = [], only = ['*'] }: CheckSelection,
): readonly PlannedCheck<Context>[] {
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

/** Hands the checks to a test runner. */
export function runWith<Context>(
  { describe, it }: TestRunner,
  suite: {
    readonly title: string;
    readonly plan: readonly PlannedCheck<Context>[];
    readonly run: (check: Check<Context>) => Promise<void>;
  },
): void {
  describe(suite.title, () => {
    for (const { check, reason } of suite.plan) {
      if (reason === undefined) it(check.name, () => suite.run(check));
      else it.skip(`${check.name} (skipped: ${reason})`, async () => {});
    }
  });
}

/** Runs the checks one after the other; one that fails is reported, and the others go on. */
export async function report<Context>(
  plan: readonly PlannedCheck<Context>[],
  run: (check: Check<Context>) => Promise<void>,
): Promise<ConformanceReport> {
  const passed: string[] = [];
  const failed: { name: string; error: unknown }[] = [];
  const skipped: { name: string; reason: string }[] = [];
  for (const { check, reason } of plan) {
    const { name } = check;
    if (reason !== undefined) {
      skipped.push({ name, reason });
      continue;
    }
    try {
      await run(check);
      passed.push(name);
    } catch (error) {
      failed.push({ name, error });
    }
  }
  return { passed, failed, skipped };
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
