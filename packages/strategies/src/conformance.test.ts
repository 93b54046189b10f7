import { testStrategy, type StrategyTestOptions } from '@protonorm/strategy/testkit';
import { describe, expect, it } from 'vitest';
import { strategies } from './registry.ts';

/**
 * lambda and scale that pull six features as strongly, each by itself, as lambda 10 and scale 80 pull 512 (the mean squared
 * error divides by the feature size): with the defaults a target of norm 80 would be 9 times too far for such small models.
 */
const sixFeatures = { lambda: (10 * 6) / 512, scale: 80 * Math.sqrt(6 / 512) };

const options: Readonly<Record<string, StrategyTestOptions>> = {
  local: {},
  fedavg: {},
  fedprox: {},
  fedproto: {},
  protonorm: {},
  'protonorm-reference': { hyper: sixFeatures },
};

it('every built-in strategy is tested', () => {
  expect(Object.keys(options).sort()).toEqual(Object.keys(strategies).sort());
});

for (const [id, strategy] of Object.entries(strategies)) {
  testStrategy(strategy, { runner: { describe, it }, ...options[id] });
}

const essential = [
  'determinism/same seed',
  'determinism/wire',
  'determinism/resume after round 3',
  'participation/a class that comes late',
  'participation/a client without data',
  'learning/better than chance',
  'learning/scores',
];

describe.each<[string, string, Readonly<Record<string, unknown>>]>([
  ['fedproto', 'weighted by samples', { weighting: 'samples', prototypeSource: 'after-training' }],
  ['fedproto', 'with prototypes one round old', { prototypeSource: 'before-training' }],
  ['protonorm', 'by the nearest prototype', { rule: 'prototype' }],
  ['protonorm', 'without alignment', { pa: false, rule: 'logits' }],
  ['protonorm-reference', 'in closed form', { ...sixFeatures, method: 'simplex' }],
  ['protonorm-reference', 'without alignment and upscaling', { ...sixFeatures, pa: false, pu: false }],
])('%s %s', (id, _, hyper) => {
  testStrategy(strategies[id], { runner: { describe, it }, hyper, only: essential });
});
