import { createModel } from '@protonorm/models';
import { expect, it } from 'vitest';
import { largestFeature } from './largest-feature.ts';

it.each([
  ['mobilenet_v2', 6],
  ['resnet8', Infinity],
  ['shufflenet_v2_x1_0', Infinity],
  ['efficientnet_b0', Infinity],
  ['cnn', Infinity],
  ['linear', Infinity],
] as const)('of %s is %d', (name, largest) => {
  const { encoder } = createModel(name, { input: [32, 32, 3], classes: 10, features: 512 });
  expect(largestFeature(encoder)).toBe(largest);
});

it('is 1 behind a sigmoid, and unknown of nothing', () => {
  expect(largestFeature([{ kind: 'activation', function: 'sigmoid' }, { kind: 'flatten' }])).toBe(1);
  expect(largestFeature([])).toBe(Infinity);
});
