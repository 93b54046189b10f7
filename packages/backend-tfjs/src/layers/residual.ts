import { add } from '../device/operations.ts';
import { chainForward } from './chain.ts';
import type { Layer, LayerContext } from './layer.ts';

/** y = body(x) + shortcut(x); the gradient flows into both and their input gradients add up. */
export function residualLayer(
  { body, shortcut }: { readonly body: readonly Layer[]; readonly shortcut: readonly Layer[] },
  { device }: LayerContext,
): Layer {
  return {
    forward(x, run) {
      const left = chainForward(device, body, { x, run });
      const right = chainForward(device, shortcut, { x, run });
      return {
        output: add(device, left.output, right.output),
        saved: [...left.saved, ...right.saved],
        backward(dy, wanted) {
          const byBody = left.backward(dy, wanted);
          const byShortcut = right.backward(dy, wanted);
          return byBody && byShortcut && wanted ? add(device, byBody, byShortcut) : undefined;
        },
      };
    },
  };
}
