import type { BackendReference } from '@protonorm/simulation';
import { ProtoNormError } from '@protonorm/tensor';
import { backendTable, type BackendEntry, type BackendName } from './backend-table.ts';

/**
 * A backend as a worker can load it, wherever that runs.
 *
 * @throws `backend-unavailable` when its package is not installed
 */
export function backendReference(name: BackendName): BackendReference {
  const entry: BackendEntry = backendTable[name];
  let module: string;
  try {
    module = entry.resolve();
  } catch (cause) {
    throw new ProtoNormError(
      'backend-unavailable',
      `The backend '${name}' needs the package ${entry.package}, which is not installed.`,
      { received: name, hint: `${entry.install ?? 'npm ci'}, or use --backend wasm.`, cause },
    );
  }
  return {
    name,
    module,
    export: entry.export,
    arguments: entry.arguments,
    ...(entry.takesProfile && { takesProfile: true }),
  };
}
