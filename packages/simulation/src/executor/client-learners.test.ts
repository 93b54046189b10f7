import { type Backend, type Learner, type ModelSpec } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { expect, test } from 'vitest';
import type { ModelNumbers } from './client-job.ts';
import { ClientLearners } from './client-learners.ts';

const model: ModelSpec = {
  name: 'two numbers',
  input: [1],
  features: 1,
  classes: 1,
  encoder: [],
  head: [{ kind: 'dense', name: 'head', inputs: 1, outputs: 1 }],
};
const numbers = (parameters: readonly [number, number], revision?: number): ModelNumbers => ({
  parameters: Float32Array.from(parameters),
  buffers: new Float32Array(),
  ...(revision !== undefined && { revision }),
});

/** A real backend that notes what is made and written. */
function watched(): { readonly backend: Backend; readonly log: string[] } {
  const log: string[] = [];
  const oracle = createOracleBackend();
  const backend: Backend = {
    name: oracle.name,
    description: oracle.description,
    memory: () => oracle.memory(),
    async createLearner(spec, initial) {
      log.push('made');
      const learner: Learner = await oracle.createLearner(spec, initial);
      const write = learner.write.bind(learner);
      learner.write = (part, values) => {
        log.push(`wrote ${part}`);
        return write(part, values);
      };
      return learner;
    },
    [Symbol.dispose]: () => oracle[Symbol.dispose](),
  };
  return { backend, log };
}

test('a client that comes back as it went is not written again', async () => {
  const { backend, log } = watched();
  using learners = new ClientLearners(backend);
  await learners.take(0, model, numbers([1, 2], 1));
  learners.keep(0, 2);
  await learners.take(0, model, numbers([3, 4], 2));
  expect(log).toEqual(['made']);
});

test.each([
  ['another revision', 3],
  ['the revision that it began with', 1],
  ['no revision', undefined],
])('%s is written', async (_, revision) => {
  const { backend, log } = watched();
  using learners = new ClientLearners(backend);
  await learners.take(0, model, numbers([1, 0], 1));
  learners.keep(0, 2);
  const learner = await learners.take(0, model, numbers([1, -0], revision));
  expect(log).toEqual(['made', 'wrote all', 'wrote buffers']);
  expect(Object.is((await learner.read('all'))[1], -0)).toBe(true);
});

test('numbers that nobody named are written, to a learner of which nothing is known either', async () => {
  const { backend, log } = watched();
  using learners = new ClientLearners(backend);
  await learners.take(0, model, numbers([1, 2]));
  learners.keep(0, undefined);
  await learners.take(0, model, numbers([1, 2]));
  expect(log).toContain('wrote all');
});

test('a job that failed leaves nothing to rely on', async () => {
  const { backend, log } = watched();
  using learners = new ClientLearners(backend);
  await learners.take(0, model, numbers([1, 2], 1));
  learners.keep(0, 2);
  const failed = await learners.take(0, model, numbers([1, 2], 2));
  await failed.write('all', Float32Array.of(9, 9)); // it moved, and did not come to its end
  log.length = 0;
  const learner = await learners.take(0, model, numbers([1, 2], 2));
  expect(log).toContain('wrote all');
  expect([...(await learner.read('all'))]).toEqual([1, 2]);
});

test('beyond the limit the learners used longest ago are freed', async () => {
  const { backend, log } = watched();
  using learners = new ClientLearners(backend, { most: 4 });
  for (const client of [0, 1, 0, 2]) {
    await learners.take(client, model, numbers([client, 0], 1));
    learners.keep(client, 1);
  }
  expect(log.filter((entry) => entry === 'made')).toHaveLength(3);
  log.length = 0;
  await learners.take(0, model, numbers([0, 0], 1));
  expect(log).toEqual([]);
  await learners.take(1, model, numbers([1, 0], 1));
  expect(log).toEqual(['made']);
});

test('all are freed in the end', async () => {
  const { backend } = watched();
  const before = backend.memory();
  const learners = new ClientLearners(backend);
  await learners.take(0, model, numbers([1, 2], 1));
  learners[Symbol.dispose]();
  expect(backend.memory()).toEqual(before);
});
