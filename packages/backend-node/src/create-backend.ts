import { createTfjsBackend } from '@protonorm/backend-tfjs';
import { ProtoNormError, type Backend } from '@protonorm/tensor';
import { loadTensorflow, type LoadedTensorflow } from './load-tensorflow.ts';
import type { NativeTensors } from './native-binding.ts';
import { NativeCalls } from './native-calls.ts';
import { nativeKernels } from './native-kernels.ts';
import { nativeMemory } from './native-memory.ts';
import { nativeOperations } from './native-operations.ts';
import { setProcessEnvironment } from './process-environment.ts';

/** Settings of {@link createBackend}. */
export interface CreateBackendOptions {
  /**
   * Threads of an operation, for the whole process: the first call decides, and TF_NUM_INTRAOP_THREADS, where it is set,
   * before it. Worker threads cannot set it: there the main thread's or the environment's holds. @defaultValue 1
   */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/**
 * Opens TensorFlow's native library through tfjs-node. Nothing of it is loaded before this call.
 *
 * @throws `backend-unavailable` when tfjs-node or its native part is missing, `invalid-argument` for threads
 * @example
 * ```ts
 * import { createBackend } from '@protonorm/backend-node';
 * const opened = await createBackend({ threads: 1 }).catch((error) => error.code);
 * const name = typeof opened === 'string' ? opened : opened.name; // 'node', or 'backend-unavailable'
 * ['node', 'backend-unavailable'].includes(name); // => true
 * ```
 */
export async function createBackend({ threads = 1, signal }: CreateBackendOptions = {}): Promise<Backend> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ProtoNormError('invalid-argument', `The number of threads is ${threads}.`, {
      received: threads,
      expected: 'an integer >= 1',
    });
  }
  signal?.throwIfAborted();
  const used = setProcessEnvironment(threads);
  let tensorflow: LoadedTensorflow;
  try {
    tensorflow = await loadTensorflow();
  } catch (cause) {
    throw unavailable(cause);
  }
  const { backend, version } = tensorflow;
  const tensors = backend as unknown as NativeTensors;
  const calls = new NativeCalls(tensors);
  const opened = await createTfjsBackend({
    name: 'node',
    tfjsName: 'tensorflow',
    backend,
    memory: nativeMemory(backend, calls),
    kernels: nativeKernels(calls),
    operations: nativeOperations,
    description:
      `tfjs-node ${version} (TensorFlow ${tensors.binding.TF_Version}, ` +
      `${used === 1 ? '1 thread' : typeof used === 'number' ? `${used} threads` : used})`,
  });
  if (signal?.aborted) {
    opened[Symbol.dispose]();
    signal.throwIfAborted();
  }
  return opened;
}

function unavailable(cause: unknown): ProtoNormError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const absent = (cause as { code?: unknown })?.code === 'ERR_MODULE_NOT_FOUND';
  return new ProtoNormError(
    'backend-unavailable',
    absent
      ? 'The package @tensorflow/tfjs-node is not installed.'
      : `The native part of @tensorflow/tfjs-node does not work here: ${message.split('\n', 1)[0]}`,
    {
      received: 'node',
      hint: absent
        ? 'npm install @tensorflow/tfjs-node@4.22.0, or use @protonorm/backend-wasm, which needs no installation.'
        : 'Allow its install script and run "npm rebuild @tensorflow/tfjs-node" (it downloads libtensorflow for Linux, ' +
          'macOS or Windows), or use @protonorm/backend-wasm, which needs no installation.',
      cause,
    },
  );
}
