import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createRng, trainStep, type ModelSpec } from '@protonorm/tensor';
import { testBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { chooseBackend } from '../backend/choose-backend.ts';
import { createBackend } from '../backend/create-backend.ts';
import { webgpuMissing } from './webgpu-here.test-support.ts';

const missing = await webgpuMissing();
const index = new URL('../index.ts', import.meta.url).href;

/** Runs a program in a fresh process; what it prints, as JSON. */
function runProgram(program: string): unknown {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=@protonorm/source', '--input-type=module', '--eval', program],
    { encoding: 'utf8', cwd: fileURLToPath(new URL('.', import.meta.url)), timeout: 60_000 },
  );
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const net: ModelSpec = {
  name: 'net',
  input: [6, 6, 1],
  features: 8,
  classes: 2,
  encoder: [
    { kind: 'conv2d', name: 'conv', inputs: 1, outputs: 2, kernel: [3, 3] },
    { kind: 'batchNorm', name: 'norm', channels: 2 },
    { kind: 'activation', function: 'relu' },
    { kind: 'maxPool2d', kernel: [2, 2] },
    { kind: 'flatten' },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 8, outputs: 2 }],
};
const rng = createRng(5);
const parameters = Float32Array.from({ length: 20 + 4 + 18 }, () => rng.normal());
const batch = {
  inputs: Float32Array.from({ length: 4 * 36 }, () => rng.normal()),
  labels: Int32Array.of(0, 1, 0, 1),
};
const options = {
  terms: [{ kind: 'crossEntropy' }],
  optimiser: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 },
} as const;

it('says what is missing where there is no GPU', () => {
  const program = `
    import { createBackend } from '${index}';
    const gpu = { requestAdapter: async () => null };
    const { code, message, hint } = await createBackend('webgpu', { gpu }).catch((error) => error);
    console.log(JSON.stringify({ code, message, hint }));
  `;
  expect(runProgram(program)).toEqual({
    code: 'backend-unavailable',
    message: expect.stringContaining('no adapter'),
    hint: expect.stringContaining('software driver'),
  });
});

describe.skipIf(missing)(`webgpu${missing ? ` (skipped: ${missing})` : ''}`, () => {
  testBackend({
    create: () => createBackend('webgpu'),
    skip: [
      {
        reason: 'it takes a minute without a GPU; the test below takes 12 steps',
        checks: ['disposal/no leak over 200 steps'],
      },
    ],
    runner: { describe, it },
  });

  it('tells what it runs on, and passes the trial of chooseBackend', async () => {
    const { backend, name } = await chooseBackend('webgpu');
    expect(name).toBe('webgpu');
    expect(backend.description).toMatch(/^tfjs 4\.22\.0 webgpu \(.+\)$/);
    backend[Symbol.dispose]();
  });

  it('leaks nothing in 12 steps', async () => {
    using backend = await createBackend('webgpu');
    const learner = await backend.createLearner(net, { parameters });
    await trainStep(learner, batch, options);
    const before = backend.memory();
    for (let step = 0; step < 12; step++) await trainStep(learner, batch, options);
    expect(backend.memory()).toEqual(before);
    learner[Symbol.dispose]();
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  it('agrees with cpu over five steps', async () => {
    const results: Float32Array[] = [];
    for (const name of ['webgpu', 'cpu'] as const) {
      using backend = await createBackend(name);
      const learner = await backend.createLearner(net, { parameters });
      for (let step = 0; step < 5; step++) await trainStep(learner, batch, options);
      results.push(await learner.read('all'), await learner.read('buffers'));
    }
    const [all, buffers, expectedAll, expectedBuffers] = results;
    expect(differences(all, expectedAll)).toBeLessThan(1e-5);
    expect(differences(buffers, expectedBuffers)).toBeLessThan(1e-5);
  });

  it('refuses the pass of a learner that was disposed while the GPU worked, and frees it', async () => {
    using backend = await createBackend('webgpu');
    const learner = await backend.createLearner(net, { parameters });
    const pass = learner.forward(batch.inputs, { mode: 'train', gradient: true });
    learner[Symbol.dispose]();
    await expect(pass).rejects.toMatchObject({ code: 'disposed' });
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });
});

function differences(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  return actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
}
