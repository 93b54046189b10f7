import type { Backend } from '@protonorm/tensor';
import { checkBackend, type BackendTestOptions } from '@protonorm/tensor/testkit';

/** What a backend did on the conformance suite, as JSON. */
export interface Summary {
  /** What it says that it runs on. */
  readonly description: string;
  readonly passed: number;
  /** The largest relative error of all checks. */
  readonly worst: number;
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly seconds: number;
}

/** Runs the conformance suite. */
export async function summarise(
  create: () => Backend | Promise<Backend>,
  options: Omit<BackendTestOptions, 'create'> = {},
): Promise<Summary> {
  const begun = performance.now();
  const backend = await create();
  const { description } = backend;
  backend[Symbol.dispose]();
  const { passed, failed, skipped } = await checkBackend({ ...options, create });
  return {
    description,
    passed: passed.length,
    worst: passed.reduce((most, { worst }) => Math.max(most, worst), 0),
    failed: failed.map(({ name, error }) => ({
      name,
      message: error instanceof Error ? error.message : String(error),
    })),
    skipped,
    seconds: (performance.now() - begun) / 1000,
  };
}
