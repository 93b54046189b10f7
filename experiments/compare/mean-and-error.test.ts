import { describe, expect, it } from 'vitest';
import { meanAndError } from './mean-and-error.ts';

describe('meanAndError', () => {
  it('is the mean and sd / sqrt(n), by hand', () => {
    expect(meanAndError([1, 2, 3])).toEqual({ mean: 2, error: expect.closeTo(1 / Math.sqrt(3), 12) });
    expect(meanAndError([5])).toEqual({ mean: 5, error: null });
  });

  it('is not told of what is missing', () => {
    expect(meanAndError([])).toBeNull();
    expect(meanAndError([1, null])).toBeNull();
  });
});
