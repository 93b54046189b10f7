import { describe, expect, it } from 'vitest';
import { odd } from '../simulation/tiny-simulation.test-support.ts';
import { loadBackend, loadStrategy } from './module-reference.ts';

describe('loadStrategy', () => {
  it('takes an export, or an entry of an exported record', async () => {
    expect((await loadStrategy(odd('endless'))).id).toBe('endless');
    const reference = { module: '@protonorm/strategies', export: 'fedAvg' };
    expect((await loadStrategy(reference)).id).toBe('fedavg');
  });

  it.each([
    [{ module: 'data:text/javascript,throw new Error("broken")', export: 'x' }, 'cannot be loaded: broken'],
    [{ module: '@protonorm/none-such', export: 'x' }, 'The module @protonorm/none-such cannot be loaded'],
    [odd('half'), 'A strategy needs'],
    [{ ...odd('endless'), export: 'other' }, "does not export 'other'. It exports oddStrategies."],
    [
      { module: '@protonorm/strategies', export: 'strategies', entry: 'fedmagic' },
      "has no entry 'fedmagic' in 'strategies'. It has local,",
    ],
    [odd('toString'), "has no entry 'toString'"],
    [{ module: '@protonorm/strategies', export: 'local', entry: 'x' }, "has no entry 'x'"],
    [{ module: '@protonorm/tensor', export: 'errorCodes', entry: 'timeout' }, 'A strategy must be an object'],
  ])('refuses %j', async (reference, message) => {
    await expect(loadStrategy(reference)).rejects.toMatchObject({
      code: 'invalid-strategy',
      message: expect.stringContaining(message),
    });
  });
});

describe('loadBackend', () => {
  it('calls the exported function with the name', async () => {
    const reference = { module: '@protonorm/backend-tfjs', export: 'createBackend', name: 'cpu' };
    using backend = await loadBackend(reference);
    expect(backend.name).toBe('cpu');
  });

  it.each([
    [{ module: '@protonorm/none-such', export: 'x', name: 'cpu' }, 'backend-unavailable'],
    [{ module: '@protonorm/backend-tfjs', export: 'backendNames', name: 'cpu' }, 'backend-unavailable'],
    [{ module: '@protonorm/backend-tfjs', export: 'createBackend', name: 'abacus' }, 'unknown-backend'],
  ])('refuses %j', async (reference, code) => {
    await expect(loadBackend(reference)).rejects.toMatchObject({ code });
  });
});
