import { ProtoNormError, type Backend } from '@protonorm/tensor';
import { checkBackendName, type BackendName } from './backend-name.ts';

/** WebGPU's `GPU`, by what is called of it: older TypeScripts do not know its type. */
interface GpuLike {
  requestAdapter(options?: object): Promise<unknown>;
}

/** Settings of {@link createBackend}. */
export interface CreateBackendOptions {
  /**
   * For 'wasm' in browsers: where the .wasm files of `@tensorflow/tfjs-backend-wasm` are served, as a URL prefix or as a
   * table from file name to URL. The first call in a process decides. @defaultValue beside the code, which is right in Node
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
  /**
   * For 'wasm': the binary of the training kernels. `simd` gives the same bits on all processors; `relaxed` is faster, by
   * fused multiply-adds, whose last bit may differ. @defaultValue 'auto', the fastest that runs here
   */
  readonly build?: 'auto' | 'simd' | 'relaxed';
  /**
   * For 'webgpu' where there is no `navigator.gpu`, such as `create([])` of the npm package `webgpu`. @defaultValue
   * `navigator.gpu`; in Node, where it is missing, that package's
   */
  readonly gpu?: GpuLike;
  readonly signal?: AbortSignal;
}

/**
 * Opens a backend on tfjs. The code of tfjs is loaded only now; its current backend is not changed.
 *
 * @param name - 'wasm' (XNNPACK with SIMD; trains convolutional nets by the kernels added here), 'webgpu' (needs the
 *   package @tensorflow/tfjs-backend-webgpu; forward, backward and step answer with promises) or 'cpu' (plain JavaScript,
 *   hundreds of times slower on convolutions; the oracle in tests)
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
  { wasmPaths, build, gpu, signal }: CreateBackendOptions = {},
): Promise<Backend> {
  const known = checkBackendName(name);
  signal?.throwIfAborted();
  let backend: Backend;
  try {
    switch (known) {
      case 'wasm':
        backend = await (await import('./open-wasm.ts')).openWasm({ wasmPaths, build });
        break;
      case 'webgpu':
        backend = await (await import('../webgpu/open-webgpu.ts')).openWebgpu(gpu as GPU | undefined);
        break;
      case 'cpu':
        backend = await (await import('./open-cpu.ts')).openCpu();
    }
  } catch (cause) {
    throw unavailable(known, cause);
  }
  if (signal?.aborted) {
    backend[Symbol.dispose]();
    signal.throwIfAborted();
  }
  return backend;
}

const hints: Record<BackendName, string> = {
  wasm: "Pass { wasmPaths } with the place of tfjs-backend-wasm's .wasm files, or use 'cpu'.",
  webgpu:
    'Install @tensorflow/tfjs-backend-webgpu 4.22.0; in Node also the package webgpu, or pass { gpu }. A machine without ' +
    "GPU needs a software driver. Or use 'wasm'.",
  cpu: 'Install @tensorflow/tfjs-core and @tensorflow/tfjs-backend-cpu 4.22.0.',
};

function unavailable(name: BackendName, cause: unknown): ProtoNormError {
  const reason =
    cause instanceof Error ? cause.message : String((cause as { message?: unknown })?.message ?? cause);
  return new ProtoNormError(
    'backend-unavailable',
    `The backend '${name}' does not work here: ${reason.replace(/\.$/, '')}.`,
    {
      received: name,
      hint: hints[name],
      cause,
    },
  );
}
