import { parentPort, workerData } from 'node:worker_threads';
import { align, geometry } from '@protonorm/prototype-math';
import { createRng, errorToData } from '@protonorm/tensor';
import type { AlignMessage, AlignTask } from './align-task.ts';

/** Entry of the thread that aligns: the loop over the passes is synchronous and would keep Ctrl-C waiting. */
const { prototypes, settings, seed } = workerData as AlignTask;
const post = (message: AlignMessage): void => parentPort!.postMessage(message);
try {
  const result = align(prototypes, {
    ...settings,
    rng: createRng(seed).split('align'),
    onStep: ({ pass }) => post({ pass }),
  });
  post({ result, before: geometry(prototypes) });
} catch (error) {
  post({ error: errorToData(error) });
}
