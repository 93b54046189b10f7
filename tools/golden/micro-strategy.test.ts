import { describe, expect, it } from 'vitest';
import type { MicroCase } from './micro-file.ts';
import { strategyOfCase } from './micro-strategy.ts';

const caseOf = (given: Partial<MicroCase>): MicroCase => ({
  name: 'x',
  algorithm: 'ProtoNorm',
  rounds: [],
  init: [],
  ...given,
});
const args = { lamda: 10, csf: 80, pa: { iters: 500, lr: 0.1, momentum: 0.9, early_stop: 10 } };

describe('the reading of a case', () => {
  it('follows the released behaviour where nothing is said', () => {
    const { strategy, hyper } = strategyOfCase(caseOf({}), args);
    expect(strategy.id).toBe('protonorm-reference');
    expect(hyper).toMatchObject({
      pa: true,
      pu: true,
      scale: 80,
      lambda: 10,
      prototypeSource: 'before-training',
      iterations: 500,
    });
  });

  it('takes quirks from the case before its name', () => {
    expect(strategyOfCase(caseOf({ name: 'protonorm_fresh' }), args).hyper.prototypeSource).toBe(
      'after-training',
    );
    expect(strategyOfCase(caseOf({ name: 'protonorm_official' }), args).hyper.prototypeSource).toBe(
      'before-training',
    );
    expect(
      strategyOfCase(caseOf({ name: 'protonorm_official', quirks: ['prototypes-fresh'] }), args).hyper
        .prototypeSource,
    ).toBe('after-training');
    expect(strategyOfCase(caseOf({ algorithm: 'FedProto' }), args).hyper.prototypeSource).toBe(
      'during-training',
    );
  });

  it.each([
    [{ name: 'pa_only' }, { pa: true, pu: false }],
    [{ name: 'protonorm_PA-only_fresh' }, { pa: true, pu: false, prototypeSource: 'after-training' }],
    [{ name: 'pu_only' }, { pa: false, pu: true }],
    [{ args: { csf: 1 } }, { pa: true, pu: true, scale: 1 }],
    [{ args: { pu: false } }, { pa: true, pu: false }],
    [{ args: { pa: false } }, { pa: false, pu: true }],
    [
      { args: { pa: { iters: 7, lr: 1, momentum: 0, early_stop: 3 } } },
      { iterations: 7, learningRate: 1, momentum: 0, earlyStop: 3 },
    ],
  ])('%j', (given, expected) => {
    expect(strategyOfCase(caseOf(given), args).hyper).toMatchObject(expected);
  });

  it('refuses an algorithm that is not known', () => {
    expect(() => strategyOfCase(caseOf({ algorithm: 'FedKTL' }), args)).toThrow(
      /Known are ProtoNorm, FedProto and Local/,
    );
  });
});
