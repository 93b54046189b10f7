import type { ActivationLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

interface Curve {
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
  /** Where the slope jumps. */
  readonly kinks: readonly number[];
}

const curves: Readonly<Record<ActivationLayer['function'], Curve>> = {
  relu: { value: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0), kinks: [0] },
  relu6: {
    value: (x) => Math.min(Math.max(x, 0), 6),
    slope: (x) => (x > 0 && x < 6 ? 1 : 0),
    kinks: [0, 6],
  },
  silu: {
    value: (x) => x * sigmoid(x),
    slope: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    kinks: [],
  },
  tanh: { value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2, kinks: [] },
  sigmoid: { value: sigmoid, slope: (x) => sigmoid(x) * (1 - sigmoid(x)), kinks: [] },
};

/** y = f(x), number by number. */
export const activation: OracleLayer<ActivationLayer> = (layer, input, run) => {
  const { value, slope, kinks } = curves[layer.function];
  const output = zeros(input.batch, input.shape);
  input.data.forEach((x, m) => {
    output.data[m] = value(x);
    for (const kink of kinks) run.nearKink(Math.abs(x - kink));
  });
  return { output, backward: (dy) => dy.map((g, m) => g * slope(input.data[m])) };
};
