import { checkStrategy, type AnyStrategy } from '@protonorm/strategy';
import { ProtoNormError, type Awaitable, type Backend } from '@protonorm/tensor';

/** Something exported by a module, as plain data, so that a worker can load it too. */
export interface ModuleReference {
  /** URL or package name, resolvable by the worker. */
  readonly module: string;
  readonly export: string;
  /** The entry to take, when the export is a record of several. */
  readonly entry?: string;
}

/** A backend as plain data: the exported function `(name) => Backend` of a module, and the name. */
export interface BackendReference extends ModuleReference {
  readonly name: string;
}

/**
 * Loads a strategy.
 *
 * @throws `invalid-strategy` when the module cannot be loaded or does not export a strategy
 * @example
 * ```ts
 * import { loadStrategy } from '@protonorm/simulation';
 * const strategy = await loadStrategy({ module: '@protonorm/strategies', export: 'strategies', entry: 'fedproto' });
 * strategy.id; // => 'fedproto'
 * ```
 */
export async function loadStrategy(reference: ModuleReference): Promise<AnyStrategy> {
  const value = await importMember(reference, 'invalid-strategy');
  checkStrategy(value);
  return value;
}

/**
 * Opens a backend; the caller disposes of it.
 *
 * @throws `backend-unavailable` when the module cannot be loaded, and what the backend throws
 */
export async function loadBackend(reference: BackendReference): Promise<Backend> {
  const create = await importMember(reference, 'backend-unavailable');
  if (typeof create !== 'function') {
    throw new ProtoNormError(
      'backend-unavailable',
      `'${reference.export}' of ${reference.module} is no function.`,
      { received: create },
    );
  }
  return (create as (name: string) => Awaitable<Backend>)(reference.name);
}

async function importMember(
  reference: ModuleReference,
  code: 'invalid-strategy' | 'backend-unavailable',
): Promise<unknown> {
  let module: Record<string, unknown>;
  try {
    module = (await import(/* @vite-ignore */ reference.module)) as Record<string, unknown>;
  } catch (error) {
    throw new ProtoNormError(
      code,
      `The module ${reference.module} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      {
        received: reference.module,
        cause: error,
      },
    );
  }
  if (!Object.hasOwn(module, reference.export)) {
    throw new ProtoNormError(code, `The module ${reference.module} does not export '${reference.export}'.`, {
      received: reference.export,
      expected: Object.keys(module),
      hint: `It exports ${Object.keys(module).join(', ') || 'nothing'}.`,
    });
  }
  const value = module[reference.export];
  if (reference.entry === undefined) return value;
  const entries = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (!entries.includes(reference.entry)) {
    throw new ProtoNormError(
      code,
      `The module ${reference.module} has no entry '${reference.entry}' in '${reference.export}'.`,
      { received: reference.entry, expected: entries, hint: `It has ${entries.join(', ') || 'none'}.` },
    );
  }
  return (value as Record<string, unknown>)[reference.entry];
}
