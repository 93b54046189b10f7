import type { ChannelSliceLayer } from '@protonorm/tensor';
import { slice } from '../device/operations.ts';
import type { Layer, LayerContext } from './layer.ts';

/** Some of the channels; the gradient of the others is 0. */
export function channelSliceLayer({ start, end }: ChannelSliceLayer, { device }: LayerContext): Layer {
  return {
    forward(x) {
      const outer = x.shape.slice(0, -1);
      const channels = x.shape.at(-1)!;
      const paddings = [...outer.map(() => [0, 0]), [start, channels - end]];
      return {
        output: slice(device, x, [...outer.map(() => 0), start], [...outer, end - start]),
        saved: [],
        backward: (dy, wanted) =>
          wanted ? device.run('PadV2', { x: dy }, { paddings, constantValue: 0 }) : undefined,
      };
    },
  };
}
