import { isProtoNormError } from '@protonorm/tensor';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  choice,
  flag,
  integer,
  number,
  resolveHyper,
  type HyperSchema,
  type HyperValues,
} from './hyperparameter.ts';

const schema = {
  lambda: number(10, { min: 0, max: 100, description: 'Weight.' }),
  epochs: integer(5, { min: 1, description: 'Passes.' }),
  pa: flag(true, { description: 'Align.' }),
  weighting: choice('uniform', ['uniform', 'samples'], { description: 'How clients count.' }),
};

describe('resolveHyper', () => {
  it('gives the defaults, and what was given in their place', () => {
    expect(resolveHyper(schema)).toEqual({ lambda: 10, epochs: 5, pa: true, weighting: 'uniform' });
    expect(resolveHyper(schema, { lambda: 0, pa: false, weighting: 'samples', epochs: undefined })).toEqual({
      lambda: 0,
      epochs: 5,
      pa: false,
      weighting: 'samples',
    });
    expect(resolveHyper({})).toEqual({});
  });

  it('knows the types of the values', () => {
    expectTypeOf<HyperValues<typeof schema>>().toEqualTypeOf<{
      readonly lambda: number;
      readonly epochs: number;
      readonly pa: boolean;
      readonly weighting: 'uniform' | 'samples';
    }>();
    expectTypeOf<HyperValues<HyperSchema>>().toEqualTypeOf<{
      readonly [name: string]: string | number | boolean;
    }>();
    // @ts-expect-error the default is none of the choices
    choice('median', ['uniform', 'samples'], { description: 'How clients count.' });
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ lamda: 3 }, /Unknown hyperparameter 'lamda'\. Known are lambda, epochs, pa, weighting\./],
    [{ toString: 3 }, /Unknown hyperparameter 'toString'/],
    [{ lambda: -1 }, /'lambda' must be a number in \[0, 100\], received -1\./],
    [{ lambda: 101 }, /received 101/],
    [{ lambda: NaN }, /received NaN/],
    [{ lambda: Infinity }, /received Infinity/],
    [{ lambda: '3' }, /received "3"/],
    [{ lambda: null }, /received null/],
    [{ lambda: () => 3 }, /received \(\) => 3/],
    [{ epochs: 1.5 }, /'epochs' must be an integer in \[1, Infinity\], received 1\.5/],
    [{ epochs: 2 ** 53 }, /must be an integer/],
    [{ pa: 1 }, /'pa' must be true or false, received 1/],
    [{ weighting: 'median' }, /'weighting' must be one of uniform, samples, received "median"/],
    [{ weighting: {} }, /received an object/],
  ])('refuses %j', (given, says) => {
    let error: unknown;
    try {
      resolveHyper(schema, given);
    } catch (thrown) {
      error = thrown;
    }
    expect(isProtoNormError(error, 'invalid-hyper')).toBe(true);
    expect((error as Error).message).toMatch(says);
  });

  it('says so when there is nothing to set', () => {
    expect(() => resolveHyper({}, { lambda: 1 })).toThrow('This strategy has none.');
  });

  it('refuses a default out of its own range', () => {
    expect(() => resolveHyper({ x: number(5, { max: 4, description: 'X.' }) })).toThrow('in [-Infinity, 4]');
  });
});

describe('number', () => {
  it('has no range where none is given', () => {
    const x = number(1, { min: undefined as unknown as number, description: 'X.' });
    expect(resolveHyper({ x }, { x: -1e300 })).toEqual({ x: -1e300 });
  });
});
