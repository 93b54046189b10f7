import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CandidateLists } from './candidate-lists.ts';

test('a list holds the highest scores, equal ones in the order of their coming', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), (offers, length) => {
      const lists = new CandidateLists(2, length);
      offers.forEach((score, candidate) => {
        if (score > lists.threshold(1)) expect(lists.insert(1, score, candidate)).toBe(lists.threshold(1));
      });
      const best = offers
        .map((score, candidate) => ({ score, candidate }))
        .sort((a, b) => b.score - a.score || a.candidate - b.candidate)
        .slice(0, length);
      const kept = best.length;
      expect(Array.from(lists.scores.subarray(length, length + kept))).toEqual(best.map((b) => b.score));
      expect(Array.from(lists.candidates.subarray(length, length + kept))).toEqual(
        best.map((b) => b.candidate),
      );
      expect(lists.scores.subarray(length + kept).every((score) => score === -1)).toBe(true);
      expect(lists.threshold(0)).toBe(-1);
    }),
    { seed: 1 },
  );
});
