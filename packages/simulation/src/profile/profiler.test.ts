import { createBackend } from '@protonorm/backend-wasm';
import { planModel } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { createInProcessExecutor } from '../executor/in-process-executor.ts';
import type { ClientExecutor, SimulationSetup } from '../executor/client-job.ts';
import { models, run, tinyClients, tinySimulation } from '../simulation/tiny-simulation.test-support.ts';
import { strategyById } from '@protonorm/strategies';
import { createWorkerExecutor } from '../executor/worker-executor.ts';
import { profiledBackend } from './profiled-backend.ts';
import { Profiler, type SectionTimes } from './profiler.ts';

describe('Profiler', () => {
  it('counts exclusive times, of promises and of work that fails too', async () => {
    let time = 0;
    const profiler = new Profiler(() => time);
    const outer = profiler.measure('outer', async () => {
      time += 1;
      await Promise.resolve();
      profiler.record('gemm base.fc', 'backward', 2);
      time += 2;
      expect(() =>
        profiler.measure('inner', () => {
          time += 4;
          throw new Error('no');
        }),
      ).toThrow('no');
      return 'value';
    });
    expect(await outer).toBe('value');
    profiler.add('beside', 8);
    expect(profiler.take()).toEqual({
      'kernel gemm backward': { ms: 2, calls: 1 },
      inner: { ms: 4, calls: 1 },
      outer: { ms: 1, calls: 1 },
      beside: { ms: 8, calls: 1 },
    });
    expect(profiler.take()).toEqual({});
  });
});

describe('a profiled simulation', () => {
  const clients = tinyClients([models.cnn, models.mlp]);

  async function profiled(open: (setup: SimulationSetup) => ClientExecutor) {
    const times: SectionTimes[] = [];
    const result = await run(
      tinySimulation({
        clients,
        rounds: 1,
        executor(setup) {
          const executor = open(setup);
          return {
            description: executor.description,
            async run(job, options) {
              const done = await executor.run(job, options);
              if (done.times) times.push(done.times);
              return done;
            },
            [Symbol.asyncDispose]: () => executor[Symbol.asyncDispose](),
          };
        },
      }),
    );
    return { times, history: result.history };
  }

  it('tells what it takes to write weights', async () => {
    const profiler = new Profiler(() => performance.now()); // eslint-disable-line no-restricted-globals
    using backend = createOracleBackend();
    const parameters = new Float32Array(planModel(models.mlp).size.all);
    using learner = await profiledBackend(backend, profiler).createLearner(models.mlp, { parameters });
    await learner.write('all', parameters);
    expect(profiler.take()['weights written']).toMatchObject({ calls: 1 });
  });

  it('tells where the time of each job went, and computes the same', async () => {
    const profiler = new Profiler(() => performance.now()); // eslint-disable-line no-restricted-globals
    using backend = await createBackend({ build: 'simd', profile: profiler });
    using plain = await createBackend({ build: 'simd' });
    const strategy = strategyById('fedproto');
    const here = await profiled((setup) => createInProcessExecutor(backend, strategy, setup, profiler));
    const unmeasured = await profiled((setup) => createInProcessExecutor(plain, strategy, setup));
    const onWorker = await profiled((simulation) =>
      createWorkerExecutor(1, {
        simulation,
        strategy: { module: '@protonorm/strategies', export: 'strategies', entry: 'fedproto' },
        backend: {
          module: '@protonorm/backend-wasm',
          export: 'createBackend',
          name: 'wasm-simd',
          arguments: [{ build: 'simd' }],
          takesProfile: true,
        },
        profile: true,
      }),
    );
    expect(here.history).toEqual(unmeasured.history);
    expect(onWorker.history).toEqual(unmeasured.history);
    expect(unmeasured.times).toEqual([]);
    for (const { times } of [here, onWorker]) {
      expect(times).toHaveLength(4); // two clients, one round and the last evaluation
      const names = new Set(times.flatMap((job) => Object.keys(job)));
      for (const name of [
        'batches',
        'forward',
        'backward',
        'loss terms',
        'optimiser',
        'training',
        'evaluation',
        'jobs',
        'weights read',
        'message encoded',
        'message decoded',
      ]) {
        expect(names).toContain(name);
      }
      expect([...names].some((name) => /^kernel \S+ backward$/.test(name))).toBe(true);
      for (const { ms } of times.flatMap((job) => Object.values(job))) expect(ms).toBeGreaterThan(-1);
    }
  });
});
