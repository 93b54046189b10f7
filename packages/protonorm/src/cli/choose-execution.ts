import { availableParallelism } from 'node:os';
import { chooseBackend, type BackendName } from '@protonorm/backend-tfjs';
import type { BackendReference } from '@protonorm/simulation';
import { integerFlag } from './flag-values.ts';

/** The backend and the workers of a run, and why. */
export interface Execution {
  readonly backend: BackendReference;
  readonly description: string;
  readonly why: string;
  readonly workers: number;
}

/** Resolves `--backend` and `--workers`. @throws `unknown-backend`, `backend-unavailable`, `invalid-argument` */
export async function chooseExecution(
  flags: { readonly backend?: string | undefined; readonly workers?: string | undefined },
  options: { readonly signal: AbortSignal },
): Promise<Execution> {
  const workers =
    integerFlag('workers', flags.workers, { min: 0, max: 256 }) ?? Math.min(availableParallelism(), 8);
  const { backend, name, why } = await chooseBackend(
    (flags.backend ?? 'auto') as BackendName | 'auto',
    options,
  );
  const { description } = backend;
  backend[Symbol.dispose]();
  return {
    backend: { module: import.meta.resolve('@protonorm/backend-tfjs'), export: 'createBackend', name },
    description,
    why,
    workers,
  };
}
