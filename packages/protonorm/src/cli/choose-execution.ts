import { availableParallelism } from 'node:os';
import type { BackendReference } from '@protonorm/simulation';
import { chooseBackend } from '../backend/choose-backend.ts';
import { integerFlag } from './flag-values.ts';

/** The backend and the workers of a run, and why. */
export interface Execution {
  readonly backend: BackendReference;
  readonly description: string;
  readonly why: string;
  readonly workers: number;
}

/** A backend in manifest and results. */
export interface BackendRecord {
  /** With its build: 'wasm-relaxed' or 'wasm-simd', never 'wasm'. */
  readonly name: string;
  readonly description: string;
  readonly why: string;
}

/** Resolves `--backend` and `--workers`. @throws `unknown-backend`, `backend-unavailable`, `invalid-argument` */
export async function chooseExecution(
  flags: { readonly backend?: string | undefined; readonly workers?: string | undefined },
  options: { readonly signal: AbortSignal },
): Promise<Execution> {
  const workers =
    integerFlag('workers', flags.workers, { min: 0, max: 256 }) ?? Math.min(availableParallelism(), 8);
  const { reference, description, why } = await chooseBackend(flags.backend ?? 'auto', options);
  return { backend: reference, description, why, workers };
}

/** What manifest and results say of the backend. */
export function backendRecord({ backend, description, why }: Execution): BackendRecord {
  return { name: backend.name, description, why };
}
