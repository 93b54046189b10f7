import { ProtoNormError, type Backend } from '@protonorm/tensor';
import { checkBackendName, type BackendName } from './backend-name.ts';

/** Settings of {@link createBackend}. */
export interface CreateBackendOptions {
  /**
   * For 'wasm' in browsers: where the .wasm files of `@tensorflow/tfjs-backend-wasm` are served, as a URL prefix or as a
   * table from file name to URL. The first call in a process decides. @defaultValue beside the code, which is right in Node
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Opens a backend on tfjs. The code of tfjs is loaded only now; its current backend is not changed.
 *
 * @param name - 'wasm' (XNNPACK with SIMD; trains convolutional nets by the kernels added here) or 'cpu' (plain
 *   JavaScript, hundreds of times slower on convolutions; the oracle in tests)
 * @throws `unknown-backend`, `backend-unavailable`
 * @example
 * ```ts
 * import { createBackend } from '@protonorm/backend-tfjs';
 * using backend = await createBackend('wasm');
 * backend.name; // => 'wasm'
 * ```
 */
export async function createBackend(
  name: BackendName,
  { wasmPaths, signal }: CreateBackendOptions = {},
): Promise<Backend> {
  const known = checkBackendName(name);
  signal?.throwIfAborted();
  let backend: Backend;
  try {
    backend =
      known === 'wasm'
        ? await (await import('./open-wasm.ts')).openWasm(wasmPaths)
        : await (await import('./open-cpu.ts')).openCpu();
  } catch (cause) {
    throw unavailable(known, cause);
  }
  if (signal?.aborted) {
    backend[Symbol.dispose]();
    signal.throwIfAborted();
  }
  return backend;
}

function unavailable(name: BackendName, cause: unknown): ProtoNormError {
  const reason =
    cause instanceof Error ? cause.message : String((cause as { message?: unknown })?.message ?? cause);
  return new ProtoNormError('backend-unavailable', `The backend '${name}' does not work here: ${reason}`, {
    received: name,
    hint:
      name === 'wasm'
        ? "Pass { wasmPaths } with the place of tfjs-backend-wasm's .wasm files, or use 'cpu'."
        : 'Install @tensorflow/tfjs-core and @tensorflow/tfjs-backend-cpu 4.22.0.',
    cause,
  });
}
