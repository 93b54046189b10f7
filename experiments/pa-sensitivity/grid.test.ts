import { loadRecipe } from 'protonorm';
import { describe, expect, it } from 'vitest';
import { settingOf, settings } from './grid.ts';

describe('the settings of the alignment', () => {
  it('are all combinations, each once', () => {
    const all = settings({ quick: false });
    expect(all).toHaveLength(6 * 5 * 4);
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(all.length);
  });

  it('are in the labels of the recipe as they are in its hyperparameters', async () => {
    const { strategies } = await loadRecipe('two-cores/pa-sensitivity');
    const named = strategies.flatMap(({ label, hyper }) => {
      const setting = settingOf(label!);
      return setting === undefined ? [] : [{ setting, hyper }];
    });
    expect(named).toHaveLength(strategies.length - 2);
    for (const { setting, hyper } of named) {
      const { learningRate, passes: iterations, momentum } = setting;
      expect(hyper).toEqual({ learningRate, iterations, momentum, earlyStop: 0 });
    }
  });
});
