import { createHash } from 'node:crypto';

import { mulberry32 } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { glibcLog } from './glibc-log.ts';
import { glibcPow } from './glibc-pow.ts';

/** Pairs of a float64 with 53 random bits and one with 32, from mulberry32(1): five lines in any language. */
function* inputs(count: number): Generator<[number, number]> {
  const random = mulberry32(1);
  for (let i = 0; i < count; i++) {
    const high = Math.floor(random() * 67108864);
    const low = Math.floor(random() * 134217728);
    yield [(high * 134217728 + low) / 9007199254740992, random()];
  }
}

function sha256(values: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => view.setFloat64(8 * i, value, true));
  return createHash('sha256').update(new Uint8Array(view.buffer)).digest('hex');
}

describe('glibcLog', () => {
  it('equals the C library bit for bit: uniform, near 1, and over the whole range', () => {
    const logs = [...inputs(3000)].flatMap(([u, v]) => {
      const wide = (0.5 + u / 2) * 2 ** Math.floor((v - 0.5) * 2000);
      return [1 - u, 1 + (u - 0.5) / 4, wide].map(glibcLog);
    });
    // sha256 of the same 9,000 values by Python's math.log (glibc 2.36 on x86-64 with FMA); 2.2 million were compared once
    expect(sha256(logs)).toBe('c64fcb5a6567ffdf84c3db6bc702bbbd3ec7793b32c944bdff9152718ffaef9e');
  });

  it('is exact or defined at the ends', () => {
    expect(glibcLog(1)).toBe(0);
    expect(glibcLog(0)).toBe(-Infinity);
    expect(glibcLog(Infinity)).toBe(Infinity);
    expect(glibcLog(-1)).toBeNaN();
    expect(glibcLog(Number.NaN)).toBeNaN();
    expect(glibcLog(Number.MIN_VALUE)).toBe(-744.4400719213812);
    expect(glibcLog(1e-310)).toBe(-713.8013788281542);
    expect(glibcLog(Number.MAX_VALUE)).toBe(709.782712893384);
  });
});

describe('glibcPow', () => {
  it('equals the C library bit for bit: shares of gamma numbers, near 1, under- and overflow', () => {
    const powers = [...inputs(3000)].flatMap(([u, v]) =>
      [u, 1 + (u - 0.5) / 1000].flatMap((x) =>
        [1 / 0.1, 1 / 0.5, 1 / (v + 1e-3), (v - 0.5) * 2000].map((y) => glibcPow(x, y)),
      ),
    );
    // sha256 of the same 24,000 values by Python's math.pow, infinity where Python raises OverflowError
    expect(sha256(powers)).toBe('fc82d76d430735722c6efff16c1688967221d5ef1b49ce0806df366ddfa58858');
  });

  it('underflows gradually and is defined at the ends', () => {
    expect(glibcPow(0.001, 103)).toBe(1e-309);
    expect(glibcPow(0.001, 107.5)).toBe(3e-323);
    expect(glibcPow(0.001, 110)).toBe(0);
    expect(glibcPow(1e-310, 0.5)).toBe(9.999999999999986e-156);
    expect(glibcPow(0, 10)).toBe(0);
    expect(glibcPow(1, 1e10)).toBe(1);
    expect(glibcPow(2, 10)).toBe(1024);
    expect(glibcPow(10, 400)).toBe(Infinity);
    expect(glibcPow(1 + 2 ** -52, 2 ** -60)).toBe(1);
  });
});
