import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createBackend } from './create-backend.ts';
import { nativeMissing } from './native-missing.test-support.ts';
import { setProcessEnvironment } from './process-environment.ts';

const missing = await nativeMissing();
const index = new URL('./index.ts', import.meta.url).href;
const conditions = ['--conditions=@protonorm/source'];

/** Runs a program in a fresh process; what it prints, as JSON. */
function runProgram(program: string, environment: Record<string, string> = {}): unknown {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...conditions, '--input-type=module', '--eval', program],
    {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: { PATH: process.env.PATH, ...environment },
    },
  );
  expect(status, stderr).toBe(0);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('createBackend', () => {
  it.each([0, 1.5, NaN])('refuses %s threads', async (threads) => {
    await expect(createBackend({ threads })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('stops at an aborted signal', async () => {
    await expect(createBackend({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  it('loads nothing when it is imported', () => {
    const program = `
      import { createRequire } from 'node:module';
      await import('${index}');
      console.log(JSON.stringify(Object.keys(createRequire('${index}').cache).filter((path) => path.includes('@tensorflow'))));
    `;
    expect(runProgram(program)).toEqual([]);
  });

  it('says how to install a missing package', () => {
    // A loader that knows no tfjs-node stands for a project without it.
    const program = `
      import { registerHooks } from 'node:module';
      registerHooks({
        resolve(name, context, next) {
          if (name !== '@tensorflow/tfjs-node') return next(name, context);
          throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
        },
      });
      const { createBackend } = await import('${index}');
      const error = await createBackend().catch((error) => error);
      console.log(JSON.stringify([error.code, error.message, error.hint, error.cause.code]));
    `;
    expect(runProgram(program)).toEqual([
      'backend-unavailable',
      expect.stringContaining('not installed'),
      expect.stringContaining('npm install'),
      'ERR_MODULE_NOT_FOUND',
    ]);
  });
});

describe.skipIf(missing)(`createBackend with TensorFlow${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const describeBackend = `
    const { createBackend } = await import('${index}');
    const { description } = await createBackend(options);
  `;

  it('uses one thread, or as many as it is told; the environment has the last word', () => {
    const print = `${describeBackend} console.log(JSON.stringify(description));`;
    expect(runProgram(`const options = {}; ${print}`)).toMatch(
      /^tfjs-node 4\.22\.0 \(TensorFlow .*, 1 thread\)$/,
    );
    expect(runProgram(`const options = { threads: 2 }; ${print}`)).toContain('2 threads');
    const environment = { TF_NUM_INTRAOP_THREADS: '3' };
    expect(runProgram(`const options = { threads: 2 }; ${print}`, environment)).toContain('3 threads');
  });

  it('leaves the chosen backend of tfjs, its tensors and its scopes alone', () => {
    const program = `
      import * as tf from '@tensorflow/tfjs-core';
      import '@tensorflow/tfjs-backend-cpu';
      import { createBackend } from '${index}';
      await tf.setBackend('cpu');
      const backend = await createBackend();
      const spec = {
        name: 'net', input: [2], features: 2, classes: 2, encoder: [{ kind: 'activation', function: 'tanh' }],
        head: [{ kind: 'dense', name: 'head', inputs: 2, outputs: 2 }],
      };
      const learner = tf.tidy(() => backend.createLearner(spec, { parameters: Float32Array.of(1, 2, 3, 4, 5, 6) }));
      const { logits } = tf.tidy(() => learner.forward(Float32Array.of(0, 0), { mode: 'train', gradient: true }));
      console.log(JSON.stringify([tf.getBackend(), tf.memory().numTensors, [...logits]]));
    `;
    expect(runProgram(program)).toEqual(['cpu', 0, [5, 6]]);
  });

  it('works in worker threads, with the threads of the process', async () => {
    expect(setProcessEnvironment(1)).toBe(1);
    const program = `
      const { parentPort } = require('node:worker_threads');
      import('${index}').then(async ({ createBackend }) => {
        using backend = await createBackend();
        parentPort.postMessage(backend.description);
      });
    `;
    const descriptions = await Promise.all(
      [1, 2].map(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker(program, { eval: true, execArgv: conditions });
            worker.once('message', resolve).once('error', reject);
          }),
      ),
    );
    for (const description of descriptions) expect(description).toContain('1 thread');
  });
});
