import { ProtoNormError, type DropoutLayer, type Rng } from '@protonorm/tensor';
import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import type { View } from '../graph/view.ts';
import { wanted } from '../graph/wanted.ts';

/** y = x * mask; the mask holds 0 or 1 / (1 - rate), for each number or each sample. In evaluation y is x itself. */
export function dropout(
  { rate, unit = 'value' }: DropoutLayer,
  x: View,
  { graph, target }: { readonly graph: GraphBuilder; readonly target: View | undefined },
): View {
  if (!graph.mode.training || rate === 0) return x;
  const y = graph.output('dropout', x.shape, target);
  const { height, width, channels } = x;
  const count = unit === 'sample' ? 1 : height * width * channels;
  const mask = graph.space('dropout mask', (capacity) => 4 * capacity * count);
  const dx = gradientTarget(x);
  const maskImage = (): [number, number, number, number] => [mask.address, count, width * channels, channels];
  graph.add({
    name: 'dropout',
    reads: [x],
    writes: [y],
    uses: [mask],
    saves: [mask],
    targets: [dx],
    forward({ kernels, size: n, rng, floats }) {
      drawMask(floats().subarray(mask.address / 4, mask.address / 4 + n * count), rate, rng);
      if (unit === 'sample') kernels.scaleImages(...image(x), mask.address, ...image(y), n, ...size(x), 0);
      else kernels.multiplyImages(...image(x), ...maskImage(), ...image(y), n, ...size(x), 0);
    },
    backward(execution) {
      if (!wanted(dx, execution)) return;
      const { kernels, size: n } = execution;
      const dy = image(y.gradient);
      const to = image(x.gradient);
      if (unit === 'sample') kernels.scaleImages(...dy, mask.address, ...to, n, ...size(x), dx.accumulate);
      else kernels.multiplyImages(...dy, ...maskImage(), ...to, n, ...size(x), dx.accumulate);
    },
  });
  return y;
}

/** A number of the stream for each unit in row-major order, as the other backends draw it. */
function drawMask(mask: Float32Array, rate: number, rng: Rng | undefined): void {
  if (rng === undefined) {
    throw new ProtoNormError('invalid-argument', 'A model with dropout needs an Rng in training mode.', {
      expected: 'ForwardOptions.rng',
      hint: "Pass { mode: 'train', rng: createRng(seed).split('dropout') }.",
    });
  }
  const kept = 1 / (1 - rate);
  for (let i = 0; i < mask.length; i++) mask[i] = rng.uniform() < rate ? 0 : kept;
}
