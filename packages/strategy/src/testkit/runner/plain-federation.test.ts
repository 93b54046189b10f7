import { createRng, type Backend } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { defineStrategy, reduce, t, type AnyStrategy } from '../../index.ts';
import { runPlainFederation, type PlainFederationOptions } from './plain-federation.ts';
import { toyFederation } from './toy-federation.ts';

/** Sends the round and a number from its stream, and writes down what it is asked. */
function diary(): { strategy: AnyStrategy; lines: string[] } {
  const lines: string[] = [];
  const strategy = defineStrategy({
    id: 'diary',
    version: 1,
    summary: 'Writes down what it is asked.',
    hyper: {},
    down: { total: t.tensor([1]) },
    up: { number: t.tensor([1]) },
    capabilities: {},
    client: {
      init: ({ clientId }) => {
        lines.push(`init ${clientId}`);
        return { rounds: 0 };
      },
      receive({ clientId, round, down }) {
        lines.push(`${round} receive ${clientId} ${down?.total[0] ?? 'nothing'}`);
      },
      round({ clientId, round, rng, state, data }) {
        lines.push(`${round} train ${clientId} ${rng.path.slice(1).join('/')} ${data.length}`);
        return { up: { number: Float32Array.of(1) }, state: { rounds: state.rounds + 1 } };
      },
      scores({ clientId, round }) {
        lines.push(`${round} scores ${clientId}`);
        return null;
      },
    },
    server: {
      init({ rng }) {
        lines.push(rng.path.slice(1).join('/'));
        return { state: 0 as number, down: undefined };
      },
      reduce: reduce.sum('number'),
      finish({ round, rng, reduced, state }) {
        lines.push(`${round} ${rng.path.slice(1).join('/')} ${reduced![0]}`);
        return { state: state + reduced![0], down: { total: Float32Array.of(state + reduced![0]) } };
      },
    },
  });
  return { strategy, lines };
}

function options(strategy: AnyStrategy, backend: Backend): PlainFederationOptions {
  const { federation, clients, local } = toyFederation({});
  return { strategy, federation, clients: clients.slice(0, 2), local, backend, rng: createRng(7), until: 2 };
}

describe('runPlainFederation', () => {
  it('evaluates with the download, trains the selected, reduces, and evaluates once more at the end', async () => {
    const { strategy, lines } = diary();
    using backend = createOracleBackend();
    const run = await runPlainFederation({
      ...options(strategy, backend),
      select: (round) => (round === 0 ? ['a', 'b'] : ['b']),
    });
    expect(lines).toEqual([
      'init a',
      'init b',
      'server/init',
      '0 receive a nothing',
      '0 scores a',
      '0 train a round/0/a 24',
      '0 receive b nothing',
      '0 scores b',
      '0 train b round/0/b 24',
      '0 server/finish/0 2',
      '1 receive a 2',
      '1 scores a',
      '1 receive b 2',
      '1 scores b',
      '1 train b round/1/b 24',
      '1 server/finish/1 1',
      '2 receive a 3',
      '2 scores a',
      '2 receive b 3',
      '2 scores b',
    ]);
    expect(
      run.rounds.map(({ state, bytesDown, bytesUp }) => [state, bytesDown, [...bytesUp.values()]]),
    ).toEqual([
      [2, 0, [20, 20]],
      [3, 20, [20]],
    ]);
    expect(run.clients.get('a')!.state).toEqual({ rounds: 1 });
    expect(run.evaluation.get('a')).toMatchObject({ samples: 16, correct: null });
  });

  it('goes on from a round without asking for a new beginning', async () => {
    const { strategy, lines } = diary();
    using backend = createOracleBackend();
    const given = options(strategy, backend);
    await runPlainFederation({
      ...given,
      clients: given.clients.map((client) => ({ ...client, state: { rounds: 1 } })),
      from: { round: 1, state: 2, down: { total: Float32Array.of(2) } },
    });
    expect(lines.slice(0, 3)).toEqual(['1 receive a 2', '1 scores a', '1 train a round/1/a 24']);
    expect(lines).not.toContain('server/init');
  });

  it('drops uploads that are lost or broken, and leaves the server alone when none is left', async () => {
    const { strategy, lines } = diary();
    using backend = createOracleBackend();
    const run = await runPlainFederation({
      ...options(strategy, backend),
      tamper: (bytes, { round, clientId }) =>
        clientId === 'b' ? undefined : round === 0 ? bytes.slice(1) : bytes,
    });
    expect(run.rounds[0]).toMatchObject({ contributed: [], rejected: { a: 'message-corrupt' }, state: 0 });
    expect(run.rounds[1]).toMatchObject({ contributed: ['a'], rejected: {}, state: 1 });
    expect(lines.filter((line) => line.includes('finish'))).toEqual(['1 server/finish/1 1']);
  });

  it('frees its learners, also when a client throws', async () => {
    const { strategy } = diary();
    using backend = createOracleBackend();
    await runPlainFederation(options(strategy, backend));
    const failing = {
      ...strategy,
      client: { ...strategy.client, round: () => Promise.reject(new Error('no')) },
    };
    await expect(runPlainFederation(options(failing, backend))).rejects.toThrow('no');
    expect(backend.memory().buffers).toBe(0);
  });
});
