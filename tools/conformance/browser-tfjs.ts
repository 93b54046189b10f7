import { createBackend, type BackendName } from '@protonorm/backend-tfjs';
import type { SkippedChecks } from '@protonorm/tensor/testkit';
import { summarise, type Summary } from './summary.ts';

/** Runs in a browser: the suite on a backend of tfjs. */
export default function inBrowser(argument: {
  readonly name: BackendName;
  readonly skip: readonly SkippedChecks[];
}): Promise<Summary> {
  const { name, skip } = argument;
  return summarise(() => createBackend(name, { wasmPaths: '/wasm/' }), { skip });
}
