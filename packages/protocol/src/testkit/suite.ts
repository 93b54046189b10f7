import { reportSuite, type PlannedCheck } from '@protonorm/tensor/testkit';

export { planChecks, runSuite, type CheckSelection } from '@protonorm/tensor/testkit';

/** One thing that every implementation of a contract must do. */
export interface Check<Context> {
  /** 'group/what', unique. */
  readonly name: string;
  /** Throws a ConformanceError (or what the implementation throws) when it is not done. */
  run(context: Context): Promise<void>;
}

/** What an implementation did on each check. */
export interface ConformanceReport {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Runs the checks one after the other; one that fails is reported, and the others go on. */
export async function report<Context>(
  plan: readonly PlannedCheck<Check<Context>>[],
  run: (check: Check<Context>) => Promise<void>,
): Promise<ConformanceReport> {
  const { passed, ...others } = await reportSuite(plan, run);
  return { ...others, passed: passed.map(({ name }) => name) };
}
