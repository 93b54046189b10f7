import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

fc.configureGlobal({ seed: 1 });
import { createRng, type Rng, type RngLabel } from './rng.ts';

const draw = (rng: Rng, count: number): number[] => Array.from({ length: count }, () => rng.uint32());
const label = fc.oneof(fc.string(), fc.integer());

describe('the tree', () => {
  it('keeps its sequence over versions', () => {
    // Any change of these numbers changes every run: it needs a new major version.
    const rng = createRng(7).split('round', 3, 'c');
    expect([rng.uint32(), rng.uniform(), rng.integer(10), rng.normal(), rng.normal()]).toEqual([
      488751780, 0.5579180887622819, 2, -1.1040341764321746, -0.855033099797027,
    ]);
    expect(rng.shuffle([1, 2, 3, 4, 5])).toEqual([5, 3, 1, 2, 4]);
    expect(rng.path).toEqual([7, 'round', 3, 'c']);
  });

  it('depends on the path alone, not on what was drawn before', () => {
    fc.assert(
      fc.property(label, fc.array(label, { minLength: 1, maxLength: 4 }), fc.nat(20), (seed, path, used) => {
        const fresh = createRng(seed).split(...path);
        const parent = createRng(seed);
        draw(parent, used);
        parent.normal();
        const child = path.reduce<Rng>((rng, step) => {
          const inner = rng.split(step);
          draw(rng, used);
          return inner;
        }, parent);
        expect(draw(child, 5)).toEqual(draw(fresh, 5));
      }),
    );
  });

  it('gives different streams for different paths', () => {
    const paths: RngLabel[][] = [
      [1],
      ['1'],
      [1, 'a'],
      [1, 'a', 'b'],
      [1, 'ab'],
      [1, 'b', 'a'],
      [1, ''],
      [1, '', ''],
      [1, 12],
      [1, 1, 2],
      [-1],
    ];
    const firsts = paths.map(([seed, ...rest]) => {
      const root = createRng(seed);
      return draw(rest.length > 0 ? root.split(...rest) : root, 4).join();
    });
    expect(new Set(firsts).size).toBe(paths.length);
  });

  it('gives no equal first numbers to ten thousand neighbours', () => {
    const root = createRng('clients');
    const firsts = Array.from({ length: 10_000 }, (_, i) => draw(root.split('client', i), 2).join());
    expect(new Set(firsts).size).toBe(10_000);
  });

  it('splits into streams that do not follow each other', () => {
    // Correlation of the streams of neighbouring clients: about N(0, 1/n).
    const n = 20_000;
    for (let client = 0; client < 5; client++) {
      const a = createRng(1).split('client', client);
      const b = createRng(1).split('client', client + 1);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5) * 12;
      expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  it.each([NaN, 1.5, Infinity, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => createRng(seed)).toThrowError(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('refuses a split without label', () => {
    expect(() => createRng(1).split()).toThrowError(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

describe('the distributions', () => {
  it('uniform: within [0, 1), with mean 1/2, variance 1/12 and even bins', () => {
    const rng = createRng('uniform');
    const n = 100_000;
    const bins = new Float64Array(20);
    let [sum, squares, outside] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = rng.uniform();
      if (!(x >= 0 && x < 1)) outside++;
      bins[Math.floor(x * 20)]++;
      sum += x;
      squares += (x - 0.5) ** 2;
    }
    expect(outside).toBe(0);
    expect(sum / n).toBeCloseTo(0.5, 2);
    expect(squares / n).toBeCloseTo(1 / 12, 2);
    const chiSquare = bins.reduce((total, count) => total + (count - n / 20) ** 2 / (n / 20), 0);
    expect(chiSquare).toBeLessThan(43.8); // 19 degrees of freedom, p = 0.001
  });

  it('normal: mean 0, variance 1, no skew, kurtosis 3, tails as they should be', () => {
    const rng = createRng('normal');
    const n = 100_000;
    const moments = new Float64Array(5);
    let beyondTwo = 0;
    for (let i = 0; i < n; i++) {
      const x = rng.normal();
      for (let k = 1; k <= 4; k++) moments[k] += x ** k / n;
      if (Math.abs(x) > 2) beyondTwo++;
    }
    expect(Math.abs(moments[1])).toBeLessThan(0.015);
    expect(moments[2]).toBeCloseTo(1, 1);
    expect(Math.abs(moments[3])).toBeLessThan(0.05);
    expect(Math.abs(moments[4] - 3)).toBeLessThan(0.1);
    expect(beyondTwo / n).toBeCloseTo(0.0455, 2);
  });

  it('integer: every value, evenly, also for bounds that divide 2^32 badly', () => {
    for (const bound of [1, 2, 3, 10, 2 ** 32]) {
      const rng = createRng('integer').split(bound);
      for (let i = 0; i < 200; i++) {
        const value = rng.integer(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }
    }
    // With the bias of a bare modulo, values below 2^30 would come twice as often as the others.
    const bound = 3 * 2 ** 30;
    const rng = createRng('bias');
    const n = 30_000;
    let low = 0;
    for (let i = 0; i < n; i++) if (rng.integer(bound) < 2 ** 30) low++;
    expect(Math.abs(low / n - 1 / 3)).toBeLessThan(0.015);
  });

  it.each([0, -1, 1.5, 2 ** 32 + 1, NaN])('integer refuses the bound %s', (bound) => {
    expect(() => createRng(1).integer(bound)).toThrowError(
      expect.objectContaining({ code: 'invalid-argument', received: bound }),
    );
  });

  it('shuffle: a permutation, in place', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer(), { maxLength: 50 }), (seed, values) => {
        const shuffled = values.slice();
        expect(createRng(seed).shuffle(shuffled)).toBe(shuffled);
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(values.toSorted((a, b) => a - b));
      }),
    );
  });

  it('shuffle: every order equally often, also of typed arrays', () => {
    const rng = createRng('orders');
    const counts = new Map<string, number>();
    const n = 12_000;
    for (let i = 0; i < n; i++) {
      const order = rng.shuffle(Int32Array.of(0, 1, 2)).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - n / 6)).toBeLessThan(200);
  });
});
