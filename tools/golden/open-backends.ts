import { loadBackend } from '@protonorm/simulation';
import { isProtoNormError, type Backend } from '@protonorm/tensor';
import { backendReference } from '../../packages/protonorm/src/backend/backend-reference.ts';
import { backendNames, type BackendName } from '../../packages/protonorm/src/backend/backend-table.ts';

/** A backend with its name on the command line. */
export interface OpenBackend {
  readonly name: BackendName;
  readonly backend: Backend;
  /** Largest difference that passes: plain JavaScript rounds as the reference does, kernels sum in another order. */
  readonly tolerance: number;
}

/** All backends but the one that is another by its build. */
const compared = backendNames.filter((name) => name !== 'wasm');

/**
 * Opens the backends to compare.
 *
 * @param asked - one of them; otherwise all that work here
 * @returns what is open, and why others are not
 * @throws what opening the one that was asked for throws
 */
export async function openBackends(asked: BackendName | undefined): Promise<{
  readonly open: readonly OpenBackend[];
  readonly skipped: readonly { readonly name: BackendName; readonly reason: string }[];
}> {
  const open: OpenBackend[] = [];
  const skipped: { name: BackendName; reason: string }[] = [];
  for (const name of asked === undefined ? compared : [asked]) {
    try {
      const backend = await loadBackend(backendReference(name));
      open.push({ name, backend, tolerance: name === 'cpu' ? 1e-5 : 1e-4 });
    } catch (error) {
      if (asked !== undefined || !isProtoNormError(error, 'backend-unavailable')) throw error;
      skipped.push({ name, reason: error.message.split('\n', 1)[0] });
    }
  }
  return { open, skipped };
}
