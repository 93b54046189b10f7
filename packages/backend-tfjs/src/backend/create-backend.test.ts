import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { backendNames, type BackendName } from './backend-name.ts';
import { createBackend } from './create-backend.ts';
import { probeTraining } from '@protonorm/tensor';

const index = new URL('../index.ts', import.meta.url).href;
const conditions = ['--conditions=@protonorm/source'];

/** Runs a program in a fresh process, in which nothing of tfjs is loaded yet. */
function runProgram(program: string, { quiet = true } = {}): string {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...conditions, '--input-type=module', '--eval', program],
    { encoding: 'utf8', cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  expect(status, stderr).toBe(0);
  if (quiet) expect(stderr).toBe('');
  return stdout.trim();
}

describe('createBackend', () => {
  it.each(backendNames)('opens %s and tells what it is', async (name) => {
    using backend = await createBackend(name);
    expect(backend.name).toBe(name);
    expect(backend.description).toMatch(/^tfjs 4\.22\.0 (cpu|wasm) \(.*1 thread\)$/);
    await probeTraining(backend);
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  it.each(['simd', 'relaxed'] as const)('opens wasm with the kernels of the build %s', async (build) => {
    using backend = await createBackend('wasm', { build });
    expect(backend.description).toContain(`training kernels '${build}'`);
    await probeTraining(backend);
  });

  it('refuses an unknown build', async () => {
    await expect(createBackend('wasm', { build: 'fast' as 'simd' })).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringContaining('fast'),
    });
  });

  it('refuses an unknown name with the known ones', async () => {
    await expect(createBackend('gpu' as BackendName)).rejects.toMatchObject({
      code: 'unknown-backend',
      message: expect.stringContaining('wasm, cpu'),
    });
  });

  it('stops at an aborted signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(createBackend('cpu', { signal })).rejects.toThrow('enough');
  });

  it('refuses a learner after disposal, and a second disposal does nothing', async () => {
    const backend = await createBackend('cpu');
    backend[Symbol.dispose]();
    backend[Symbol.dispose]();
    expect(() => backend.createLearner({} as never, {} as never)).toThrow(
      expect.objectContaining({ code: 'disposed' }),
    );
  });

  it('says nothing, leaves no listeners on the process, and does not choose for tfjs', () => {
    const output = runProgram(`
      import * as tf from '@tensorflow/tfjs-core';
      import { chooseBackend, createBackend } from '${index}';
      const starting = chooseBackend('auto');
      process.on('uncaughtException', () => console.log('mine'));
      const { name } = await starting;
      await createBackend('cpu');
      const listeners = ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event));
      console.log(JSON.stringify([name, tf.engine().backendName ?? null, listeners]));
    `);
    expect(JSON.parse(output)).toEqual(['wasm', null, [1, 0]]);
  });

  it('says why wasm does not work, and goes on with cpu', () => {
    const output = runProgram(
      `
        import { chooseBackend } from '${index}';
        const wasmPaths = './no-such-folder/';
        const { name, why, tried } = await chooseBackend('auto', { wasmPaths });
        const again = await chooseBackend('wasm', { wasmPaths }).catch((error) => error);
        const other = await chooseBackend('wasm', { wasmPaths: './other/' }).catch((error) => error);
        console.log(JSON.stringify({ name, why, tried, again: again.message, other: [other.code, other.message] }));
      `,
      { quiet: false }, // Emscripten reports its failure to the console
    );
    const { name, why, tried, again, other } = JSON.parse(output) as {
      name: string;
      why: string;
      tried: { name: string; ok: boolean; reason: string }[];
      again: string;
      other: string[];
    };
    expect(name).toBe('cpu');
    expect(why).toMatch(/^cpu is the fastest backend that works here: .* wasm does not work: .*wasmPaths/);
    expect(tried.map((trial) => trial.ok)).toEqual([false, true]);
    expect(again).toContain('no-such-folder');
    expect(other).toEqual(['backend-unavailable', expect.stringContaining('Restart the process')]);
  });

  it('works in worker threads', async () => {
    const program = `
      const { parentPort } = require('node:worker_threads');
      import('${index}').then(async ({ chooseBackend }) => {
        const { name, backend } = await chooseBackend('auto');
        backend[Symbol.dispose]();
        parentPort.postMessage(name);
      });
    `;
    const names = await Promise.all(
      [1, 2].map(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker(program, { eval: true, execArgv: conditions });
            worker.once('message', resolve).once('error', reject);
          }),
      ),
    );
    expect(names).toEqual(['wasm', 'wasm']);
  });
});
