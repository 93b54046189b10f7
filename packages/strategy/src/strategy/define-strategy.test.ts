import { isProtoNormError } from '@protonorm/tensor';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { number } from '../hyper/hyperparameter.ts';
import { reduce } from '../reduce/index.ts';
import { t } from '../schema/field.ts';
import { checkStrategy, defineStrategy, strategyName } from './define-strategy.ts';

const good = {
  id: 'fed-x',
  version: 2,
  summary: 'For this test.',
  hyper: { lambda: number(1, { min: 0, max: 2, description: 'Weight.' }) },
  down: {},
  up: { n: t.scalar() },
  capabilities: { asyncSafe: true },
  client: { init: () => null, round: () => ({ up: { n: 1 }, state: null }), scores: () => null },
  server: {
    init: () => ({ state: null, down: undefined }),
    reduce: reduce.nothing(),
    finish: () => ({ state: null, down: undefined }),
  },
};

describe('defineStrategy', () => {
  it('returns the strategy itself', () => {
    const strategy = defineStrategy(good);
    expect(strategy).toBe(good);
    expect(strategyName(strategy)).toBe('fed-x@2');
  });

  it('takes a reducer that depends on the hyperparameters, and the optional parts', () => {
    checkStrategy({
      ...good,
      axes: () => ({ G: 3 }),
      client: { ...good.client, receive: () => undefined, evaluator: () => undefined },
      server: { ...good.server, reduce: () => reduce.nothing() },
    });
  });
});

describe('checkStrategy', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /must be an object/],
    ['a string', 'fedavg', /must be an object/],
    [
      'an id with spaces',
      { ...good, id: 'Fed X' },
      /needs an id of lower-case letters, digits and '-', received "Fed X"/,
    ],
    ['no id', { ...good, id: undefined }, /needs an id/],
    ['version 0', { ...good, version: 0 }, /needs a version that is an integer >= 1, received 0/],
    ['version 1.5', { ...good, version: 1.5 }, /needs a version/],
    ['no summary', { ...good, summary: ' ' }, /needs a summary/],
    ['no hyper', { ...good, hyper: undefined }, /needs 'hyper'/],
    ['no capabilities', { ...good, capabilities: null }, /needs 'capabilities'/],
    [
      'an unknown capability',
      { ...good, capabilities: { sameModels: true } },
      /'sameModels: true'; known are sameModel/,
    ],
    ['a capability that is no flag', { ...good, capabilities: { asyncSafe: 'yes' } }, /each true or false/],
    ['a field that is none', { ...good, up: { n: 'number' } }, /up\.n must be a field, received number/],
    ['a name that is none', { ...good, down: { 'a b': t.scalar() } }, /down\.a b is no name/],
    ['no client', { ...good, client: undefined }, /needs 'client'/],
    [
      'no round',
      { ...good, client: { ...good.client, round: undefined } },
      /needs the function 'client\.round'/,
    ],
    ['no scores', { ...good, client: { ...good.client, scores: 3 } }, /needs the function 'client\.scores'/],
    [
      'no finish',
      { ...good, server: { ...good.server, finish: null } },
      /needs the function 'server\.finish'/,
    ],
    ['no reducer', { ...good, server: { ...good.server, reduce: {} } }, /needs a reducer 'server\.reduce'/],
    [
      'receive that is no function',
      { ...good, client: { ...good.client, receive: {} } },
      /'client\.receive' that is no function/,
    ],
    ['axes that are no function', { ...good, axes: { G: 3 } }, /'axes' that is no function/],
  ])('refuses %s', (_, value, says) => {
    let error: unknown;
    try {
      checkStrategy(value);
    } catch (thrown) {
      error = thrown;
    }
    expect(isProtoNormError(error, 'invalid-strategy')).toBe(true);
    expect((error as Error).message).toMatch(says);
  });

  it('refuses a default out of its range', () => {
    const hyper = { lambda: number(3, { max: 2, description: 'Weight.' }) };
    expect(() => checkStrategy({ ...good, hyper })).toThrow(
      expect.toSatisfy((error) => isProtoNormError(error, 'invalid-hyper')),
    );
  });
});

describe('the types of a strategy', () => {
  it('take the state from what init returns, also when init looks at its context', () => {
    const parts = {
      version: 1,
      summary: 'For its types.',
      hyper: {},
      down: {},
      up: {},
      capabilities: {},
    } as const;
    const strategy = defineStrategy({
      ...parts,
      id: 'typed',
      client: {
        init: ({ clientId }) => ({ id: clientId, rounds: 0 }),
        round({ state }) {
          expectTypeOf(state).toEqualTypeOf<{ id: string; rounds: number }>();
          return { up: null, state: { ...state, rounds: state.rounds + 1 } };
        },
        scores: () => null,
      },
      server: {
        init: ({ rng }) => ({ state: { weights: Float32Array.of(rng.uniform()) }, down: undefined }),
        reduce: reduce.nothing(),
        finish({ state }) {
          expectTypeOf(state).toEqualTypeOf<{ weights: Float32Array<ArrayBuffer> }>();
          return { state, down: undefined };
        },
      },
    });
    expect(strategy.id).toBe('typed');
  });
});
