import type { GateLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y[n, h, w, c] = x[n, h, w, c] * s[n, h, w, c], or * s[n, 0, 0, c] where s = body(x) has one pixel. */
export const gate: OracleLayer<GateLayer> = (layer, input, run) => {
  const body = run.chain(layer.body, input);
  const factors = body.output.data;
  const channels = input.shape.at(-1)!;
  const sample = input.data.length / input.batch;
  const onePixel = factors.length < input.data.length;
  const factorOf = (m: number): number => (onePixel ? Math.floor(m / sample) * channels + (m % channels) : m);
  const output = zeros(input.batch, input.shape);
  input.data.forEach((x, m) => (output.data[m] = x * factors[factorOf(m)]));
  return {
    output,
    backward(dy) {
      const dFactors = new Float64Array(factors.length);
      input.data.forEach((x, m) => (dFactors[factorOf(m)] += dy[m] * x));
      return body.backward(dFactors).map((value, m) => value + dy[m] * factors[factorOf(m)]);
    },
  };
};
