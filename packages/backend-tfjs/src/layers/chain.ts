import type { Tensor, Device } from '../device/device.ts';
import type { Layer, LayerOutput, LayerRun } from './layer.ts';

/**
 * Layers one after the other. In a pass without gradients each activation is freed as soon as the next one is there;
 * in one with gradients, those that no `backward` reads.
 */
export function chainForward(
  device: Device,
  layers: readonly Layer[],
  { x, run }: { readonly x: Tensor; readonly run: LayerRun },
): LayerOutput {
  const steps: LayerOutput[] = [];
  const saved = new Set<Tensor>();
  let current = x;
  for (const layer of layers) {
    const input = current;
    const step = device.tidy(
      () => layer.forward(input, run),
      (result) => [result.output, ...(run.gradient ? result.saved : [])],
    );
    if (run.gradient) {
      steps.push(step);
      for (const tensor of step.saved) saved.add(tensor);
    }
    // The chain's own input belongs to the caller.
    if (input !== x && input !== step.output && !saved.has(input)) device.dispose(input);
    current = step.output;
  }
  return {
    output: current,
    saved: [...saved],
    backward: (dy, wanted) => chainBackward(device, steps, { dy, wanted }),
  };
}

function chainBackward(
  device: Device,
  steps: readonly LayerOutput[],
  { dy, wanted }: { readonly dy: Tensor; readonly wanted: boolean },
): Tensor | undefined {
  let gradient = dy;
  for (let i = steps.length - 1; i >= 0; i--) {
    const after = gradient;
    const before = device.tidy(
      () => steps[i].backward(after, wanted || i > 0),
      (result) => [result],
    );
    if (after !== dy && after !== before) device.dispose(after);
    if (before === undefined) return undefined;
    gradient = before;
  }
  return gradient;
}
