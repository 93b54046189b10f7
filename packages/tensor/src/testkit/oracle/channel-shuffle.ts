import type { ChannelShuffleLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y[..., i * groups + g] = x[..., g * n + i], n = channels / groups. */
export const channelShuffle: OracleLayer<ChannelShuffleLayer> = ({ groups }, input) => {
  const channels = input.shape.at(-1)!;
  const size = channels / groups;
  const target = (m: number): number => {
    const c = m % channels;
    return m - c + (c % size) * groups + Math.floor(c / size);
  };
  const output = zeros(input.batch, input.shape);
  input.data.forEach((value, m) => (output.data[target(m)] = value));
  return { output, backward: (dy) => dy.map((_, m) => dy[target(m)]) };
};
