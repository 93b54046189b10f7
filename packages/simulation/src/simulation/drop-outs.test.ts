import { createMemoryTransport, type ClientTask, type TaskHandler } from '@protonorm/protocol';
import { testTransport } from '@protonorm/protocol/testkit';
import { createRng } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { withDropOuts } from './drop-outs.ts';

const rng = createRng('drop-outs');
const task: ClientTask = { strategy: 's@1', round: 0, down: null, evaluate: true, train: true };
const { signal } = new AbortController();

const transportOf = (ids: readonly string[]) =>
  createMemoryTransport(
    new Map(
      ids.map((id): [string, TaskHandler] => [
        id,
        async ({ round }) => ({ clientId: id, round, up: null, metrics: {} }),
      ]),
    ),
  );

describe('withDropOuts', () => {
  testTransport({
    open: (handlers) => ({ transport: withDropOuts(createMemoryTransport(handlers), { rate: 0, rng }) }),
    runner: { describe, it },
  });

  it('has clients away by their rate, in the same rounds for the same seed', async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `client-${i}`);
    const away = async (seed: string): Promise<string[]> => {
      const transport = withDropOuts(transportOf(ids), { rate: 0.25, rng: createRng(seed) });
      const list: string[] = [];
      for (let round = 0; round < 50; round++) {
        for (const id of transport.clients()) {
          await transport
            .request(id, { ...task, round }, { signal })
            .catch((error: { readonly code: string }) => {
              list.push(`${error.code} ${round} ${id}`);
            });
        }
      }
      return list;
    };
    const [a, again, b] = [await away('a'), await away('a'), await away('b')];
    expect(again).toEqual(a);
    expect(b).not.toEqual(a);
    // 500 expected of 2,000, standard deviation 19.4
    expect(Math.abs(a.length - 500)).toBeLessThan(4 * 19.4);
    expect(a.every((line) => line.startsWith('client-failed'))).toBe(true);
  });

  it('lets everybody answer who does not train', async () => {
    const transport = withDropOuts(transportOf(['a']), { rate: 0.999, rng });
    for (let round = 0; round < 20; round++) {
      expect(await transport.request('a', { ...task, round, train: false }, { signal })).toMatchObject({
        round,
      });
    }
  });

  it('refuses rates out of range', () => {
    for (const rate of [-0.1, 1, NaN]) {
      expect(() => withDropOuts(transportOf(['a']), { rate, rng })).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
    }
  });
});
