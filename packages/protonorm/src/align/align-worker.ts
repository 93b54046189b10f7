import { parentPort, workerData } from 'node:worker_threads';
import { errorToData } from '@protonorm/tensor';
import { encodePrototypeFile, readPrototypeFile } from '../prototype-files/prototype-file.ts';
import { alignTable } from './align-table.ts';
import { openLinearAlgebra } from './open-linear-algebra.ts';
import type { AlignMessage, AlignTask } from './align-task.ts';

/** Least time between two messages about passes, in milliseconds: short passes come by the thousand. */
const PASS_INTERVAL = 100;

/**
 * Entry of the thread that aligns. Reading, the loop over the passes and encoding are synchronous and take seconds; in the
 * main thread they would keep Ctrl-C waiting.
 */
const { input, table, out, settings, products, seed, scale } = workerData as AlignTask;
const now = Date.now; // eslint-disable-line no-restricted-properties -- the clock of this thread
const post = (message: AlignMessage): void => parentPort!.postMessage(message);
try {
  const read = await readPrototypeFile(input, { table });
  post({ size: { classes: read.prototypes.classes.length, dim: read.prototypes.dim } });
  let told = now();
  const onPass = (pass: number): void => {
    if (now() - told < PASS_INTERVAL) return;
    told = now();
    post({ pass });
  };
  const linearAlgebra = await openLinearAlgebra(products, read.prototypes.classes.length);
  const { aligned, alignment } = alignTable(read, { settings, seed, scale, linearAlgebra, onPass, now });
  post({ aligned: { alignment, file: out === undefined ? undefined : encodePrototypeFile(out, aligned) } });
} catch (error) {
  post({ error: errorToData(error) });
}
