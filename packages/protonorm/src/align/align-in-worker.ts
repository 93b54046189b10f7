import { Worker } from 'node:worker_threads';
import type { AlignmentResult, Geometry } from '@protonorm/prototype-math';
import { errorFromData } from '@protonorm/tensor';
import type { AlignMessage, AlignTask } from './align-task.ts';

/**
 * Aligns on a thread of its own, so that this one goes on to show progress and to hear Ctrl-C.
 *
 * @returns the result, and the geometry of the input
 * @throws what `align` throws, and the reason of the signal; the thread has then ended
 */
export async function alignInWorker(
  task: AlignTask,
  options: { readonly signal: AbortSignal; readonly onPass: (pass: number) => void },
): Promise<{ readonly result: AlignmentResult; readonly before: Geometry }> {
  const { signal, onPass } = options;
  signal.throwIfAborted();
  const source = import.meta.url.endsWith('.ts');
  const worker = new Worker(new URL(source ? './align-worker.ts' : './align-worker.js', import.meta.url), {
    workerData: task,
    // In a source checkout it resolves the sources of the packages, as this thread does.
    ...(source && { execArgv: ['--conditions=@protonorm/source'] }),
  });
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      worker.once('error', reject);
      worker.on('message', (message: AlignMessage) => {
        if ('pass' in message) onPass(message.pass);
        else if ('error' in message) reject(errorFromData(message.error));
        else resolve(message);
      });
    });
  } finally {
    await worker.terminate();
  }
}
