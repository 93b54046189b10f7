import type { Tensor } from '../device/device.ts';
import { add, concatChannels, slice } from '../device/operations.ts';
import { chainForward } from './chain.ts';
import type { Layer, LayerContext } from './layer.ts';

/** The outputs of all branches side by side; each branch gets its part of the gradient, and their input gradients add up. */
export function concatLayer(branches: readonly (readonly Layer[])[], { device }: LayerContext): Layer {
  return {
    forward(x, run) {
      const parts = branches.map((branch) => chainForward(device, branch, { x, run }));
      const widths = parts.map(({ output }) => output.shape.at(-1)!);
      return {
        output: concatChannels(
          device,
          parts.map(({ output }) => output),
        ),
        saved: parts.flatMap(({ saved }) => saved),
        backward(dy, wanted) {
          const outer = dy.shape.slice(0, -1);
          let start = 0;
          let sum: Tensor | undefined;
          for (const [b, part] of parts.entries()) {
            const own = slice(device, dy, [...outer.map(() => 0), start], [...outer, widths[b]]);
            start += widths[b];
            const byBranch = part.backward(own, wanted);
            if (byBranch && wanted) sum = sum ? add(device, sum, byBranch) : byBranch;
          }
          return sum;
        },
      };
    },
  };
}
