import { ProtoNormError } from '@protonorm/tensor';
import { expect, it } from 'vitest';
import { isDivergence } from './divergence.ts';

it.each([
  ['diverged', true],
  ['not-finite', true],
  ['schema-violation', false],
] as const)('of %s is %s', (code, expected) => {
  expect(isDivergence(new ProtoNormError(code, 'A message.'))).toBe(expected);
});

it('is no other error', () => {
  expect(isDivergence(new RangeError('not-finite'))).toBe(false);
});
