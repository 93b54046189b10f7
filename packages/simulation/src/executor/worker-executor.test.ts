import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createBackend } from '@protonorm/backend-tfjs';
import { strategyById } from '@protonorm/strategies';
import type { AnyStrategy } from '@protonorm/strategy';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import {
  builtIn,
  cpu,
  inProcess,
  models,
  onWorkers,
  oracle,
  odd,
  run,
  tinyClients,
  tinySimulation,
} from '../simulation/tiny-simulation.test-support.ts';
import { loadStrategy, type BackendReference, type ModuleReference } from './module-reference.ts';
import { createWorkerExecutor } from './worker-executor.ts';

const wasm: BackendReference = { ...cpu, name: 'wasm' };

/** Runs the same with 0, 1 and 2 workers. */
async function expectSameEverywhere(
  settings: Partial<Parameters<typeof tinySimulation>[0]>,
  { backend: reference, ...strategyReference }: ModuleReference & { readonly backend: BackendReference },
): Promise<void> {
  const strategy: AnyStrategy = await loadStrategy(strategyReference);
  const name = reference.name;
  using backend = name === 'cpu' || name === 'wasm' ? await createBackend(name) : createOracleBackend();
  const here = await run(tinySimulation({ ...settings, strategy, executor: inProcess(backend, strategy) }));
  for (const workers of [1, 2]) {
    const executor = onWorkers(workers, strategyReference, reference);
    const there = await run(tinySimulation({ ...settings, strategy, executor }));
    expect(there.last).toEqual(here.last);
    expect(there.history).toEqual(here.history);
  }
}

describe('workers give the bits of the calling thread', () => {
  it('for different models on WebAssembly, with state at the clients and buffers in the models', async () => {
    const clients = tinyClients([models.linear, models.mlp, models.cnn, models.resnet]);
    await expectSameEverywhere({ clients }, { ...builtIn('protonorm'), backend: wasm });
  });

  it('for a common model, clients without data, a part of them training, and drop-outs', async () => {
    const [a, b, c, d] = tinyClients([models.mlp, models.mlp, models.mlp, models.mlp]);
    const clients = [a, { ...b, train: new Int32Array(0) }, c, d];
    const settings = { clients, participation: 0.75, dropOutRate: 0.2 };
    await expectSameEverywhere(settings, { ...builtIn('fedavg'), backend: cpu });
  });

  it("for a strategy of a user's own file", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'protonorm-own-'));
    try {
      const file = join(folder, 'mine.ts');
      const from = (name: string): string =>
        JSON.stringify(new URL(`../../../${name}/src/index.ts`, import.meta.url).href);
      await writeFile(
        file,
        `import { defineStrategy } from ${from('strategy')};
         import { fedProto } from ${from('strategies')};
         export const mine: unknown = defineStrategy({ ...fedProto, id: 'mine', summary: 'My own.' });`,
      );
      const reference = { module: pathToFileURL(file).href, export: 'mine' };
      await expectSameEverywhere({ rounds: 1 }, { ...reference, backend: oracle });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('what breaks in a worker is told', () => {
  const runOn = (reference: ModuleReference, id: string) => {
    const clients = tinyClients([models.linear, models.linear, models.linear]);
    // In this thread nothing is odd; the worker has the strategy that it finds.
    const strategy: AnyStrategy = { ...strategyById('local'), id };
    return run(tinySimulation({ strategy, executor: onWorkers(2, reference, oracle), clients }));
  };

  it.each<[string, string, string, ModuleReference?]>([
    ['fails', 'diverged', 'The loss is NaN. Go slower.'],
    ['exits', 'worker-failed', 'A worker thread broke down before client-'],
    ['throws-later', 'worker-failed', 'nobody catches this'],
    ['half', 'invalid-strategy', 'A strategy needs'],
    [
      'throws at import',
      'invalid-strategy',
      'cannot be loaded: broken',
      { module: 'data:text/javascript,throw new Error("broken")', export: 'x' },
    ],
    [
      'ends at import',
      'worker-failed',
      'it ended with exit code 7',
      { module: 'data:text/javascript,process.exit(7)', export: 'x' },
    ],
    ['is not there', 'invalid-strategy', 'cannot be loaded', { module: './not-there.ts', export: 'x' }],
  ])('%s: %s', async (name, code, message, reference = odd(name)) => {
    await expect(runOn(reference, name)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it('a backend that cannot be loaded, a wrong export, another strategy', async () => {
    const clients = tinyClients([models.linear]);
    for (const [executor, code] of [
      [
        onWorkers(1, builtIn('fedproto'), { ...cpu, module: '@protonorm/no-such-backend' }),
        'backend-unavailable',
      ],
      [onWorkers(1, builtIn('fedproto'), { ...cpu, export: 'backendNames' }), 'backend-unavailable'],
      [onWorkers(1, builtIn('fedproto'), { ...cpu, name: 'gpu' }), 'unknown-backend'],
      [onWorkers(1, builtIn('local'), oracle), 'invalid-strategy'],
    ] as const) {
      await expect(run(tinySimulation({ executor, clients }))).rejects.toMatchObject({ code });
    }
  });

  it('numbers of workers that cannot be', () => {
    const setup = {} as Parameters<typeof createWorkerExecutor>[1];
    for (const workers of [0, 1.5, NaN]) {
      expect(() => createWorkerExecutor(workers, setup)).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
    }
  });
});

describe('a long run', () => {
  it.each([0, 1])('with %i workers takes no more memory as the rounds go by', (workers) => {
    const support = new URL('../simulation/tiny-simulation.test-support.ts', import.meta.url).href;
    const code = `
      import { createOracleBackend } from '@protonorm/tensor/testkit';
      import { builtIn, inProcess, onWorkers, oracle, tinyClients, tinySimulation, models } from ${JSON.stringify(support)};
      import { simulate } from '@protonorm/simulation';
      const store = { appendEvent: async () => {}, saveSnapshot: async () => {}, loadSnapshot: async () => undefined };
      const executor = ${workers} === 0 ? inProcess(createOracleBackend()) : onWorkers(1, builtIn('fedproto'), oracle);
      const clients = tinyClients([models.mlp, models.mlp, models.mlp], { train: 2 });
      const used = [];
      for await (const { type, round } of simulate(tinySimulation({ store, executor, clients, rounds: 90 }))) {
        if (type !== 'round-finished' || (round !== 29 && round !== 89)) continue;
        // What the first collection finds is freed by a thread of its own: the second waits for that.
        gc();
        await new Promise((resolve) => setTimeout(resolve, 100));
        gc();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        used.push(heapUsed + arrayBuffers);
      }
      console.log(Math.round((used[1] - used[0]) / 60));
    `;
    const args = [
      '--expose-gc',
      '--conditions=@protonorm/source',
      '--input-type=module-typescript',
      '--eval',
      code,
    ];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr).toBe('');
    // The history keeps some kilobytes of each round; the states of the clients are 100.
    expect(Number(stdout)).toBeLessThan(20_000);
  });
});

describe('an abort', () => {
  it('ends at once, whatever the workers do, and nothing keeps the process alive', () => {
    const support = new URL('../simulation/tiny-simulation.test-support.ts', import.meta.url).href;
    const code = `
      import { createBackend } from '@protonorm/backend-tfjs';
import { strategyById } from '@protonorm/strategies';
      import { models, onWorkers, oracle, odd, tinyClients, tinySimulation } from ${JSON.stringify(support)};
      import { simulate } from '@protonorm/simulation';
      const controller = new AbortController();
      const clients = tinyClients([models.linear, models.linear, models.linear]);
      const strategy = { ...strategyById('local'), id: 'endless' };
      const settings = tinySimulation({ strategy, clients, executor: onWorkers(2, odd('endless'), oracle), signal: controller.signal });
      try {
        for await (const { type } of simulate(settings)) {
          // The threads are computing by then, and hear nothing.
          if (type === 'round-started') setTimeout(() => controller.abort(new Error('enough')), 1500);
        }
      } catch (error) {
        console.log(error.message, process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap' && name !== 'TTYWrap').length);
      }
    `;
    const args = ['--conditions=@protonorm/source', '--input-type=module-typescript', '--eval', code];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect([stderr, stdout.trim(), status]).toEqual(['', 'enough 0', 0]);
  });

  it('by a listener that leaves ends the workers, too', async () => {
    const settings = tinySimulation({
      clients: tinyClients([models.linear]),
      executor(setup) {
        const executor = onWorkers(1, builtIn('fedproto'), oracle)(setup);
        return {
          ...executor,
          [Symbol.asyncDispose]: async () => void (await executor[Symbol.asyncDispose](), disposed++),
        };
      },
    });
    let disposed = 0;
    const { simulate } = await import('../simulation/simulate.ts');
    for await (const { type } of simulate(settings)) if (type === 'client-finished') break;
    expect(disposed).toBe(1);
  });
});
