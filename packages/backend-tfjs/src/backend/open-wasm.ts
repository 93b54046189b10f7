import { getThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { env, version_core } from '@tensorflow/tfjs-core';
import type { KernelBuild } from '@protonorm/wasm-kernels';
import { Device } from '../device/device.ts';
import { wasmMemory } from '../device/tensor-memory.ts';
import { bindSimdKernels } from '../simd-kernels/simd-kernels.ts';
import { simdLayers } from '../simd-kernels/simd-layers.ts';
import { trainingKernels } from '../wasm-kernels/training-kernels.ts';
import { startWasm, type WasmPaths } from './start-wasm.ts';
import { TfjsBackend } from './tfjs-backend.ts';

/** Opens tfjs's 'wasm' backend with our kernels in its memory. In Node its .wasm file is found beside its code. */
export async function openWasm({
  wasmPaths,
  build = 'auto',
}: {
  readonly wasmPaths?: WasmPaths | undefined;
  readonly build?: KernelBuild | 'auto' | undefined;
} = {}): Promise<TfjsBackend> {
  const backend = await startWasm(wasmPaths);
  const simd = (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true ? 'SIMD' : 'no SIMD';
  const threads = getThreadsCount();
  // An application may have started tfjs with threads, and engines without SIMD exist.
  const own = await bindSimdKernels(backend, build).catch((error: unknown) => {
    if (build !== 'auto') throw error;
    return undefined;
  });
  const device = new Device({
    name: 'wasm',
    backend,
    memory: wasmMemory(backend),
    ...(own ? { kernels: own.kernels, layers: simdLayers } : { kernels: trainingKernels }),
  });
  const parts = [
    'XNNPACK',
    simd,
    own ? `training kernels '${own.build}'` : 'composed training kernels',
    `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  ];
  return new TfjsBackend(device, `tfjs ${version_core} wasm (${parts.join(', ')})`);
}
