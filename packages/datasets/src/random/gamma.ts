import { glibcLog } from '../numpy-legacy/glibc-log.ts';
import { glibcPow } from '../numpy-legacy/glibc-pow.ts';

/** Uniform and standard normal numbers. */
export interface NumberSource {
  /** Uniform in [0, 1) with 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/**
 * A source whose normal numbers come from its uniform ones by Marsaglia's polar method, the second of a pair first.
 *
 * With the logarithm of {@link glibcLog} it gives the same bits on every engine, and those of NumPy's legacy generator.
 */
export function polarSource(uniform: () => number): NumberSource {
  let spare: number | undefined;
  return {
    uniform,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const x1 = 2 * uniform() - 1;
        const x2 = 2 * uniform() - 1;
        const r2 = x1 * x1 + x2 * x2;
        if (r2 >= 1 || r2 === 0) continue;
        const factor = Math.sqrt((-2 * glibcLog(r2)) / r2);
        spare = factor * x1;
        return factor * x2;
      }
    },
  };
}

/** Exponential with mean 1, by inversion. */
export function standardExponential(source: NumberSource): number {
  return -glibcLog(1 - source.uniform());
}

/**
 * Gamma with scale 1, in the order of operations of NumPy's `legacy_standard_gamma`.
 *
 * Shape < 1: Ahrens and Dieter (1974), algorithm GS as in Devroye (1986); shape > 1: Marsaglia and Tsang (2000).
 * Underflows to 0 for small shapes (about half of the draws at shape 0.001): see {@link logStandardGamma}.
 *
 * @param shape - finite, >= 0
 */
export function standardGamma(source: NumberSource, shape: number): number {
  if (shape === 1) return standardExponential(source);
  if (shape === 0) return 0;
  return shape < 1 ? gammaBelowOne(source, shape) : gammaAboveOne(source, shape);
}

function gammaBelowOne(source: NumberSource, shape: number): number {
  for (;;) {
    const u = source.uniform();
    const v = standardExponential(source);
    if (u <= 1 - shape) {
      const x = glibcPow(u, 1 / shape);
      if (x <= v) return x;
    } else {
      const y = -glibcLog((1 - u) / shape);
      const x = glibcPow(1 - shape + shape * y, 1 / shape);
      if (x <= v + y) return x;
    }
  }
}

function gammaAboveOne(source: NumberSource, shape: number): number {
  const b = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * b);
  for (;;) {
    let x: number;
    let v: number;
    do {
      x = source.normal();
      v = 1 + c * x;
    } while (v <= 0);
    v = v * v * v;
    const u = source.uniform();
    if (u < 1 - 0.0331 * (x * x) * (x * x)) return b * v;
    if (glibcLog(u) < 0.5 * x * x + b * (1 - v + glibcLog(v))) return b * v;
  }
}

/**
 * The logarithm of a gamma number, for any shape > 0 without underflow: G(a) = G(a + 1) U^(1/a).
 */
export function logStandardGamma(source: NumberSource, shape: number): number {
  if (shape >= 1) return glibcLog(standardGamma(source, shape));
  const boosted = glibcLog(standardGamma(source, shape + 1));
  return boosted + glibcLog(1 - source.uniform()) / shape;
}

/** e^x for x <= 0, the same bits on every engine. */
export function exponential(x: number): number {
  if (x === 0) return 1;
  return x < -750 ? 0 : glibcPow(Math.E, x);
}
