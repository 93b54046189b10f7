import { describe, expect, it } from 'vitest';
import type { Backend } from '../learner/backend.ts';
import { createOracleBackend } from './oracle/oracle-backend.ts';
import { checkBackend, testBackend } from './test-backend.ts';

testBackend({ create: () => createOracleBackend(), runner: { describe, it } });

describe('the suite itself', () => {
  const create = (): Backend => createOracleBackend();

  it('reports each skip with its reason', async () => {
    const report = await checkBackend({
      create,
      only: ['forward/*'],
      skip: [{ reason: 'no pooling on this device', checks: ['forward/maxPool2d'] }],
    });
    expect(report.skipped).toEqual([{ name: 'forward/maxPool2d', reason: 'no pooling on this device' }]);
    expect(report.passed.map(({ name }) => name)).not.toContain('forward/maxPool2d');
    expect(report.failed).toEqual([]);
  });

  it('shows skips with their reason to the runner', () => {
    const names: string[] = [];
    const runner = {
      describe: (_: string, body: () => void) => body(),
      it: Object.assign(() => {}, { skip: (name: string) => names.push(name) }),
    };
    testBackend({ create, runner, skip: [{ reason: 'slow', checks: ['disposal/no leak*'] }] });
    expect(names).toEqual(['disposal/no leak over 200 steps (skipped: slow)']);
  });

  it.each([
    { what: 'a skip without reason', options: { skip: [{ reason: ' ', checks: ['forward/dense'] }] } },
    { what: 'a skip of no check', options: { skip: [{ reason: 'old', checks: ['forward/attention'] }] } },
    { what: 'a choice of no check', options: { only: ['backward/*'] } },
  ])('refuses $what', async ({ options }) => {
    await expect(checkBackend({ create, ...options })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('has names that occur once', async () => {
    const names: string[] = [];
    const it = Object.assign((name: string) => names.push(name), { skip: () => {} });
    testBackend({ create, runner: { describe: (_, body) => body(), it } });
    expect(new Set(names).size).toBe(names.length);
  });

  it('takes backends that answer later', async () => {
    const later = async (): Promise<Backend> => {
      const right = createOracleBackend();
      return {
        name: 'later',
        description: 'the oracle behind promises',
        memory: () => right.memory(),
        [Symbol.dispose]: () => right[Symbol.dispose](),
        async createLearner(spec, initial) {
          const learner = await right.createLearner(spec, initial);
          return {
            plan: learner.plan,
            forward: async (inputs, options) => learner.forward(inputs, options),
            gradients: async (part) => learner.gradients(part),
            clearGradients: () => learner.clearGradients(),
            step: async (options) => learner.step(options),
            resetOptimiser: () => learner.resetOptimiser(),
            read: async (part, into) => learner.read(part, into),
            write: async (part, values) => learner.write(part, values),
            [Symbol.dispose]: () => learner[Symbol.dispose](),
          };
        },
      };
    };
    const only = ['optimiser/*', 'parts/*', 'pass/*', 'input/*', 'dropout/*'];
    expect((await checkBackend({ create: later, only })).failed).toEqual([]);
  });

  it('leaves room for float32', async () => {
    const rounded = (values: Float64Array): Float64Array => Float64Array.from(Float32Array.from(values));
    const { oracleLayers } = await import('./oracle/oracle-layers.ts');
    const layers = Object.fromEntries(
      Object.entries(oracleLayers as unknown as Record<string, (typeof oracleLayers)['dense']>).map(
        ([kind, right]) => [
          kind,
          ((layer, input, run) => {
            const { output, backward } = right(layer, input, run);
            return {
              output: { ...output, data: rounded(output.data) },
              backward: (dy) => rounded(backward(dy)),
            };
          }) satisfies (typeof oracleLayers)['dense'],
        ],
      ),
    );
    const report = await checkBackend({
      create: () => createOracleBackend({ layers }),
      only: ['forward/*', 'gradient/*', 'loss/*', 'batchNorm/*'],
    });
    expect(report.failed).toEqual([]);
    expect(Math.max(...report.passed.map(({ worst }) => worst))).toBeLessThan(2e-6);
  });
});
