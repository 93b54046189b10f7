import { Worker } from 'node:worker_threads';
import { errorFromData, ProtoNormError } from '@protonorm/tensor';
import type { AlignedFile, AlignMessage, AlignTask } from './align-task.ts';

/**
 * Aligns on a thread of its own, so that this one goes on to show progress and to hear Ctrl-C.
 *
 * @throws what reading, `align` and encoding throw, `worker-failed` when the thread ends by itself, and the reason of the
 *   signal; the thread has then ended
 */
export async function alignInWorker(
  task: AlignTask,
  options: {
    readonly signal: AbortSignal;
    readonly onSize: (size: { readonly classes: number; readonly dim: number }) => void;
    readonly onPass: (pass: number) => void;
  },
): Promise<AlignedFile> {
  const { signal, onSize, onPass } = options;
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
      worker.once('exit', (code) => reject(ended(code)));
      worker.on('message', (message: AlignMessage) => {
        if ('size' in message) onSize(message.size);
        else if ('pass' in message) onPass(message.pass);
        else if ('error' in message) reject(errorFromData(message.error));
        else resolve(message.aligned);
      });
    });
  } finally {
    await worker.terminate();
  }
}

function ended(code: number): ProtoNormError {
  return new ProtoNormError(
    'worker-failed',
    `The thread that aligns ended without an answer (code ${code}).`,
    {
      received: code,
      hint: 'Try again; if it ends again, there may be too little memory for this file.',
    },
  );
}
