import type { AnyStrategy } from '@protonorm/strategy';
import { runPlainFederation, toyFederation, type PlainRun } from '@protonorm/strategy/testkit';
import { createRng } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { fedAvg } from './fedavg.ts';
import { fedProx } from './fedprox.ts';
import { local } from './local.ts';

const { federation, clients, local: training } = toyFederation({ sameModel: true });
const parameters = federation.commonModel!.parameters;

async function run(
  strategy: AnyStrategy,
  options: { readonly ids?: string; readonly until?: number; readonly hyper?: Record<string, unknown> } = {},
): Promise<PlainRun> {
  const { ids = 'abcde', until = 2, hyper = {} } = options;
  using backend = createOracleBackend();
  return await runPlainFederation({
    strategy,
    hyper,
    federation,
    clients: clients.filter(({ id }) => ids.includes(id)).map((client) => ({ ...client, parameters })),
    local: training,
    backend,
    rng: createRng(1),
    until,
  });
}

const downOf = (given: PlainRun, round: number): Float32Array =>
  given.rounds[round].down!.parameters as Float32Array;
const distance = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((x, i) => x - b[i]));

describe('fedAvg', () => {
  it('with one client is local training', async () => {
    const [averaged, alone] = [await run(fedAvg, { ids: 'a' }), await run(local, { ids: 'a' })];
    expect(averaged.clients.get('a')!.parameters).toEqual(alone.clients.get('a')!.parameters);
  });

  it('averages the uploads by samples, rounded once', async () => {
    const [{ uploads, down }] = (await run(fedAvg, { until: 1 })).rounds;
    const given = [...uploads.values()] as { parameters: Float32Array; samples: number }[];
    const total = given.reduce((sum, { samples }) => sum + samples, 0);
    const expected = parameters.map((_, k) =>
      given.reduce((sum, { parameters: own, samples }) => sum + (samples / total) * own[k], 0),
    );
    expect(distance(down!.parameters as Float32Array, expected)).toBeLessThan(1e-6);
  });

  it('starts all clients, also those that do not train, from the global model', async () => {
    using backend = createOracleBackend();
    const { rounds, clients: after } = await runPlainFederation({
      strategy: fedAvg,
      federation,
      clients,
      local: training,
      backend,
      rng: createRng(1),
      select: () => ['a', 'b'],
      until: 1,
    });
    for (const id of ['c', 'd', 'e']) expect(after.get(id)!.parameters).toEqual(rounds[0].down!.parameters);
  });
});

describe('fedProx', () => {
  it('with mu 0 is fedAvg, to the bit', async () => {
    expect(downOf(await run(fedProx, { hyper: { mu: 0 } }), 1)).toEqual(downOf(await run(fedAvg), 1));
  });

  it('keeps clients nearer to the global model the larger mu is', async () => {
    const moved = async (mu: number): Promise<number> => {
      const { uploads } = (await run(fedProx, { hyper: { mu }, until: 1 })).rounds[0];
      return distance((uploads.get('a') as { parameters: Float32Array }).parameters, parameters);
    };
    const distances = [await moved(0), await moved(1), await moved(10)];
    expect(distances).toEqual(distances.toSorted((a, b) => b - a));
    expect(distances[2]).toBeLessThan(0.5 * distances[0]);
  });
});

describe('local', () => {
  it('sends nothing and learns alone', async () => {
    const { rounds, clients: after } = await run(local);
    for (const { uploads, down, bytesDown, bytesUp } of rounds) {
      expect([...uploads.values()]).toEqual([null, null, null, null, null]);
      expect([down, bytesDown, bytesUp.size]).toEqual([undefined, 0, 0]);
    }
    expect(distance(after.get('a')!.parameters, after.get('b')!.parameters)).toBeGreaterThan(0.1);
  });
});
