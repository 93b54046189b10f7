import { fedProto, local } from '@protonorm/strategies';
import type { AnyStrategy } from '@protonorm/strategy';
import { createRng, planModel } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { initialParameters } from '@protonorm/models';
import { describe, expect, it } from 'vitest';
import { digits, models, tinyClients } from '../simulation/tiny-simulation.test-support.ts';
import type { ClientJob, SimulationSetup } from './client-job.ts';
import { createInProcessExecutor } from './in-process-executor.ts';

const clients = tinyClients([models.linear, models.linear], { train: 4 });
const setup: SimulationSetup = {
  dataset: digits,
  clients,
  federation: { classes: 10, features: 16, rounds: 2, clients: 2 },
  hyper: {},
  local: {
    epochs: 1,
    batchSize: 2,
    dropLast: false,
    shuffle: false,
    optimiser: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 },
  },
  seed: 3,
};
const calm = { signal: new AbortController().signal };

function job(clientIndex: number, strategy: AnyStrategy, seed = clientIndex): ClientJob {
  const parameters = initialParameters(models.linear, createRng(seed));
  return {
    clientIndex,
    task: { strategy: `${strategy.id}@1`, round: 0, down: null, evaluate: true, train: true },
    state: { parameters, buffers: new Float32Array(0), strategy: undefined },
  };
}

describe('an in-process executor', () => {
  it('shares a learner between clients of a model without mixing them', async () => {
    using backend = createOracleBackend();
    const strategy: AnyStrategy = local;
    const apart = await Promise.all(
      [0, 1].map(async (i) => {
        await using executor = createInProcessExecutor(backend, strategy, setup);
        return await executor.run(job(i, strategy), calm);
      }),
    );
    await using executor = createInProcessExecutor(backend, strategy, setup);
    const together = await Promise.all([0, 1].map((i) => executor.run(job(i, strategy), calm)));
    expect(together).toEqual(apart);
    // Momentum of one round is not carried into the next, though the learner is the same.
    expect(await executor.run(job(0, strategy), calm)).toEqual(apart[0]);
    expect(backend.memory().buffers).toBeGreaterThan(0);
  });

  it('leaves the given state as it was, and gives fresh arrays', async () => {
    using backend = createOracleBackend();
    await using executor = createInProcessExecutor(backend, fedProto, setup);
    const given = job(0, fedProto);
    const before = given.state.parameters.slice();
    const { state, reply } = await executor.run(given, calm);
    expect(given.state.parameters).toEqual(before);
    expect(state.parameters).not.toEqual(before);
    expect(state.parameters.length).toBe(planModel(models.linear).size.all);
    expect(reply.up).not.toBeNull();
  });

  it('runs one job after the other, goes on behind one that fails, and skips those that were aborted', async () => {
    using backend = createOracleBackend();
    const order: string[] = [];
    const strategy: AnyStrategy = {
      ...(local as AnyStrategy),
      client: {
        ...(local as AnyStrategy).client,
        async round(context) {
          order.push(`${context.clientId} begins`);
          await Promise.resolve();
          if (order.length === 1) throw new Error('first fails');
          order.push(`${context.clientId} ends`);
          return { up: null, state: null };
        },
      },
    };
    await using executor = createInProcessExecutor(backend, strategy, setup);
    const controller = new AbortController();
    const jobs = [
      executor.run(job(0, strategy), calm),
      executor.run(job(0, strategy), { signal: controller.signal }),
      executor.run(job(1, strategy), calm),
    ];
    controller.abort(new Error('not needed'));
    await expect(jobs[0]).rejects.toThrow('first fails');
    await expect(jobs[1]).rejects.toThrow('not needed');
    await jobs[2];
    expect(order).toEqual(['client-0 begins', 'client-1 begins', 'client-1 ends']);
  });

  it('frees its learners when it is disposed of, behind the job that runs', async () => {
    using backend = createOracleBackend();
    const executor = createInProcessExecutor(backend, local, setup);
    const running = executor.run(job(0, local), calm);
    await executor[Symbol.asyncDispose]();
    expect((await running).reply.clientId).toBe('client-0');
    expect(backend.memory().buffers).toBe(0);
    await expect(executor.run(job(0, local), calm)).rejects.toMatchObject({ code: 'disposed' });
  });
});
