import type { ChannelSliceLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y[..., c] = x[..., start + c]. */
export const channelSlice: OracleLayer<ChannelSliceLayer> = ({ start, end }, input) => {
  const channels = input.shape.at(-1)!;
  const width = end - start;
  const source = (m: number): number => Math.floor(m / width) * channels + start + (m % width);
  const output = zeros(input.batch, [...input.shape.slice(0, -1), width]);
  output.data.forEach((_, m) => (output.data[m] = input.data[source(m)]));
  return {
    output,
    backward(dy) {
      const dx = new Float64Array(input.data.length);
      dy.forEach((g, m) => (dx[source(m)] = g));
      return dx;
    },
  };
};
