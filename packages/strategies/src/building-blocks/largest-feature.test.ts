import type { LayerSpec } from '@protonorm/tensor';
import { expect, it } from 'vitest';
import { largestFeature } from './largest-feature.ts';

const dense: LayerSpec = { kind: 'dense', name: 'a', inputs: 8, outputs: 8 };
const behind = (
  name: 'relu' | 'relu6' | 'silu' | 'tanh' | 'sigmoid',
  ...rest: readonly LayerSpec[]
): number => largestFeature([dense, { kind: 'activation', function: name }, ...rest]);

it('is the end of the range of the last activation, averaged or not', () => {
  expect(behind('relu6')).toBe(6);
  expect(behind('relu6', { kind: 'globalAveragePool2d' }, { kind: 'adaptiveAveragePool1d', size: 512 })).toBe(
    6,
  );
  expect([behind('sigmoid'), behind('tanh', { kind: 'flatten' })]).toEqual([1, 1]);
});

it('has no end where none is seen', () => {
  expect([behind('relu'), behind('silu'), behind('relu6', dense), largestFeature([])]).toEqual(
    Array.from({ length: 4 }, () => Infinity),
  );
});
