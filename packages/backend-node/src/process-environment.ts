import { createRequire } from 'node:module';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

const threadVariables = ['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'] as const;

/**
 * Settings that libtensorflow reads when it starts: threads, oneDNN, a quiet log. What is set already stays, so that whoever
 * starts the process has the last word. `createBackend` calls it; call it in the main thread before workers open the
 * backend, whose own environment libtensorflow does not see. It loads nothing.
 *
 * @returns the number of threads of an operation, 'all cores' when nobody has limited it
 * @example
 * ```ts
 * import { setProcessEnvironment } from '@protonorm/backend-node';
 * const threads = setProcessEnvironment(1); // or what TF_NUM_INTRAOP_THREADS says
 * threads === 'all cores' || threads >= 1; // => true
 * ```
 */
export function setProcessEnvironment(threads: number): number | 'all cores' {
  // libtensorflow reads the environment of the process; that of a worker thread is a copy, which it does not see.
  if (isMainThread) {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    // On by default only where TensorFlow knows the processor; a convolution of few channels takes twice as long without.
    process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
    for (const variable of threadVariables) process.env[variable] ??= String(threads);
  }
  const set = Number(process.env[threadVariables[0]]);
  return Number.isInteger(set) && set > 0 ? set : 'all cores';
}

/** tfjs-node 4.22.0 calls functions that Node 23 has dropped (the fix, tfjs PR 8425, was never released). */
export function bringBackNodeFunctions(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
