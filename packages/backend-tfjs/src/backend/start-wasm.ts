import { setWasmPaths, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { engine, env, getKernelsForBackend } from '@tensorflow/tfjs-core';
import { tfjsInstance } from './tfjs-instance.ts';

/** Where the .wasm files of `@tensorflow/tfjs-backend-wasm` are: a URL or folder to put before their names, or one for each. */
export type WasmPaths = string | Readonly<Record<string, string>>;

let pathsInUse: WasmPaths | undefined;

/** The process's instance of tfjs's 'wasm' backend, with one thread where it is started here. */
export async function startWasm(wasmPaths?: WasmPaths): Promise<BackendWasm> {
  if (!('wasm' in engine().registry)) {
    // One thread: the same sums in the same order everywhere. Parallelism is one learner per worker.
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    if (wasmPaths !== undefined) useWasmPaths(wasmPaths);
  }
  const backend = (await tfjsInstance('wasm')) as BackendWasm;
  // tfjs binds its kernels to the module when the backend becomes current, which it need not ever be here.
  for (const { setupFunc } of getKernelsForBackend('wasm')) setupFunc?.(backend);
  return backend;
}

function useWasmPaths(paths: WasmPaths): void {
  if (paths === pathsInUse) return;
  try {
    setWasmPaths(paths as string | Record<string, string>);
  } catch (cause) {
    // tfjs's own words here, "already initialized", are misleading.
    const message =
      'tfjs has failed to start with other wasmPaths and takes no new ones. Restart the process.';
    throw new Error(message, { cause });
  }
  pathsInUse = paths;
}
