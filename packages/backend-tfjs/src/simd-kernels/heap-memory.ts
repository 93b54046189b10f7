import { ProtoNormError } from '@protonorm/tensor';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/**
 * The WebAssembly memory in which tfjs's 'wasm' backend keeps its tensors: an export of Emscripten's module.
 *
 * @throws `backend-unavailable` where tfjs runs threads: their memory is shared, and the kernels take only a memory of
 *   their own thread
 */
export function heapMemory(backend: BackendWasm): WebAssembly.Memory {
  const { asm = {}, HEAPU8 } = backend.wasm as unknown as {
    readonly asm?: Readonly<Record<string, unknown>>;
    readonly HEAPU8: Uint8Array;
  };
  for (const exported of Object.values(asm)) {
    if (!(exported instanceof WebAssembly.Memory) || exported.buffer !== HEAPU8.buffer) continue;
    if (exported.buffer instanceof ArrayBuffer) return exported;
  }
  throw new ProtoNormError(
    'backend-unavailable',
    "The memory of tfjs's 'wasm' backend is shared between threads, or out of reach.",
    { hint: "Before tfjs's wasm backend starts: tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)." },
  );
}
