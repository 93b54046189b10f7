import fc from 'fast-check';

/** A kernel's activation in float64: its value, and its slope from the value (from the argument for silu). */
interface Curve {
  readonly value: (x: number) => number;
  readonly slope: (reference: number) => number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** By code. */
export const curves: readonly Curve[] = [
  { value: (x) => x, slope: () => 1 },
  { value: (x) => Math.max(x, 0), slope: (y) => (y > 0 ? 1 : 0) },
  { value: (x) => Math.min(Math.max(x, 0), 6), slope: (y) => (y > 0 && y < 6 ? 1 : 0) },
  { value: (x) => x * sigmoid(x), slope: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))) },
  { value: Math.tanh, slope: (y) => 1 - y * y },
  { value: sigmoid, slope: (y) => y * (1 - y) },
];

export const activationCodes: fc.Arbitrary<number> = fc.integer({ min: 0, max: 5 });
