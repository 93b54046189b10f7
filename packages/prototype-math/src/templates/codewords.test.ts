import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxDifference } from '../test-data/tables.ts';
import { codewordNumber, codewordPlace, scoreBasis, writeCodeword } from './codewords.ts';
import { largestTemplate } from './line-template.ts';

const templates = fc
  .tuple(fc.constantFrom(4, 8, 16, 32, 64, 128), fc.constantFrom(1, 100_000))
  .map(([dim, count]) => largestTemplate(dim, count)!);

test('the place of a number is the number of a place', () => {
  fc.assert(
    fc.property(templates, fc.nat(), (template, pick) => {
      const number = pick % template.points;
      const place = codewordPlace(template.dim, number);
      expect(codewordNumber(template.dim, place)).toBe(number);
      expect(place.basis).toBeLessThan(template.bases);
    }),
    { seed: 1 },
  );
});

test('scores are sqrt(dim) times the plain inner products', () => {
  fc.assert(
    fc.property(templates, fc.nat(), fc.nat(), (template, pick, seed) => {
      const { dim } = template;
      const basis = pick % template.bases;
      const rng = createRng(seed);
      const data = Float64Array.from({ length: dim + 3 }, () => rng.normal());
      const scores = new Float64Array(dim);
      scoreBasis(template.chirp(basis), { data, offset: 3 }, scores);
      const codeword = new Float64Array(dim);
      const plain = scores.map((_, shift) => {
        writeCodeword(template, codewordNumber(dim, { basis, shift, sign: 1 }), codeword);
        return Math.sqrt(dim) * codeword.reduce((sum, x, v) => sum + x * data[v + 3], 0);
      });
      expect(maxDifference(scores, plain)).toBeLessThan(1e-12);
    }),
    { seed: 2, numRuns: 60 },
  );
});
