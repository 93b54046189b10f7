import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mulberry32 } from './mulberry32.ts';

describe('mulberry32', () => {
  it('gives the sequence of the reference runs', () => {
    expect(Array.from({ length: 4 }, mulberry32(1))).toEqual([
      0.6270739405881613, 0.002735721180215478, 0.5274470399599522, 0.9810509674716741,
    ]);
  });

  const file = new URL('../../../../../shared/golden/models.json', import.meta.url);
  it.skipIf(!existsSync(file))('gives the sequences of models.json (skipped without ../shared)', () => {
    const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number[]>;
    const seeds = Object.keys(golden).flatMap((key) => /^mulberry32\((\d+)\)/.exec(key)?.[1] ?? []);
    expect(seeds).toContain('1000');
    for (const seed of seeds) {
      const expected = golden[`mulberry32(${seed})[:4]`];
      expect(Array.from({ length: 4 }, mulberry32(Number(seed)))).toEqual(expected);
    }
  });

  it('counts the low 32 bits of its seed only', () => {
    expect(mulberry32(2 ** 32 + 5)()).toBe(mulberry32(5)());
    expect(mulberry32(-1)()).toBe(mulberry32(2 ** 32 - 1)());
  });
});
