import { getThreadsCount, setWasmPaths, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { engine, env, getKernelsForBackend, version_core } from '@tensorflow/tfjs-core';
import { Device } from '../device/device.ts';
import { wasmMemory } from '../device/tensor-memory.ts';
import { trainingKernels } from '../wasm-kernels/training-kernels.ts';
import { TfjsBackend } from './tfjs-backend.ts';
import { tfjsInstance } from './tfjs-instance.ts';

/** Where the .wasm files of `@tensorflow/tfjs-backend-wasm` are: a URL or folder to put before their names, or one for each. */
export type WasmPaths = string | Readonly<Record<string, string>>;

let pathsInUse: WasmPaths | undefined;

/** Opens tfjs's 'wasm' backend: XNNPACK with SIMD. In Node its .wasm file is found beside its code. */
export async function openWasm(wasmPaths?: WasmPaths): Promise<TfjsBackend> {
  if (!('wasm' in engine().registry)) {
    // One thread: the same sums in the same order everywhere. Parallelism is one learner per worker.
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    if (wasmPaths !== undefined) useWasmPaths(wasmPaths);
  }
  const backend = (await tfjsInstance('wasm')) as BackendWasm;
  // tfjs binds its kernels to the module when the backend becomes current, which it need not ever be here.
  for (const { setupFunc } of getKernelsForBackend('wasm')) setupFunc?.(backend);
  const simd = (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true ? 'SIMD' : 'no SIMD';
  const threads = getThreadsCount();
  const device = new Device({ name: 'wasm', backend, memory: wasmMemory(backend), kernels: trainingKernels });
  return new TfjsBackend(
    device,
    `tfjs ${version_core} wasm (XNNPACK, ${simd}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`,
  );
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
