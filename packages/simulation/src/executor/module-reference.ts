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

/** A backend as plain data: the exported function of a module that opens it, and what that is called with. */
export interface BackendReference extends ModuleReference {
  /** For messages and manifests. */
  readonly name: string;
  /** What the function is called with; plain data. @defaultValue the name alone */
  readonly arguments?: readonly unknown[];
  /** Whether its last argument, an object, takes a `profile` that sees each operation. @defaultValue false */
  readonly takesProfile?: boolean;
}

/** Sees how long each operation of a backend takes; the clock is the caller's. */
export interface OperationProfile {
  /** Milliseconds since any moment. */
  now(): number;
  /** @param operation - its kind and its layer, such as 'winograd base.conv1' */
  record(operation: string, direction: 'forward' | 'backward', ms: number): void;
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
 * @param options - `profile` is handed to backends that take one, and to others not
 * @throws `backend-unavailable` when the module cannot be loaded, and what the backend throws
 * @example
 * ```ts
 * import { loadBackend } from '@protonorm/simulation';
 * const reference = { module: '@protonorm/tensor/testkit', export: 'createOracleBackend', name: 'oracle', arguments: [] };
 * using backend = await loadBackend(reference);
 * backend.name; // => 'oracle'
 * ```
 */
export async function loadBackend(
  reference: BackendReference,
  { profile }: { readonly profile?: OperationProfile | undefined } = {},
): Promise<Backend> {
  const create = await importMember(reference, 'backend-unavailable');
  if (typeof create !== 'function') {
    throw new ProtoNormError(
      'backend-unavailable',
      `'${reference.export}' of ${reference.module} is no function.`,
      { received: create },
    );
  }
  const given = reference.arguments ?? [reference.name];
  const last = given.at(-1);
  const args =
    profile !== undefined && reference.takesProfile === true && typeof last === 'object'
      ? [...given.slice(0, -1), { ...last, profile }]
      : given;
  return (create as (...args: readonly unknown[]) => Awaitable<Backend>)(...args);
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
