import { isProtoNormError } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { strategies, strategyById } from './registry.ts';

describe('strategyById', () => {
  it('gives each built-in strategy under its own id', () => {
    for (const id of Object.keys(strategies)) expect(strategyById(id).id).toBe(id);
    expect(Object.keys(strategies)).toEqual(
      expect.arrayContaining(['local', 'fedavg', 'fedprox', 'fedproto', 'protonorm', 'protonorm-reference']),
    );
  });

  it.each(['fedavgg', '', 'toString', '__proto__'])("refuses '%s' and lists the known ones", (id) => {
    let error: unknown;
    try {
      strategyById(id);
    } catch (thrown) {
      error = thrown;
    }
    expect(isProtoNormError(error, 'unknown-strategy')).toBe(true);
    expect((error as Error).message).toContain(`'${id}'`);
    expect((error as Error).message).toContain('nown are local, fedavg,');
  });

  it('suggests the name that was meant', () => {
    expect(() => strategyById('fedavgg')).toThrow("Did you mean 'fedavg'?");
  });
});
