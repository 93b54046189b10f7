import type { LayerSpec, ResidualLayer } from '@protonorm/tensor';
import { batchNorm, conv, relu } from './layers.ts';

/**
 * The basic block of ResNets (He et al., arXiv 1512.03385, Fig. 2): conv 3x3, BN, ReLU, conv 3x3, BN, plus the input,
 * then ReLU. Where stride or channels change, the input goes through a 1x1 convolution with BN.
 *
 * Names follow the reference's small ResNets, which count the batch norms from 2: `conv1`, `bn2`, `conv2`, `bn3`,
 * `downsample.0`, `downsample.1`.
 */
function basicBlock(
  name: string,
  channels: readonly [inputs: number, outputs: number],
  stride: number,
): readonly LayerSpec[] {
  const [inputs, outputs] = channels;
  const plain = { bias: false, init: 'kaiming-normal-fan-out' } as const;
  const residual: ResidualLayer = {
    kind: 'residual',
    body: [
      conv(`${name}.conv1`, [inputs, outputs], { kernel: 3, stride, padding: 1, ...plain }),
      batchNorm(`${name}.bn2`, outputs),
      relu,
      conv(`${name}.conv2`, [outputs, outputs], { kernel: 3, padding: 1, ...plain }),
      batchNorm(`${name}.bn3`, outputs),
    ],
    shortcut:
      stride === 1 && inputs === outputs
        ? []
        : [
            conv(`${name}.downsample.0`, [inputs, outputs], { kernel: 1, stride, ...plain }),
            batchNorm(`${name}.downsample.1`, outputs),
          ],
  };
  return [residual, relu];
}

/** A chain of stages of one basic block each; every stage but the first halves the image. */
export function basicStages(inputs: number, widths: readonly number[]): readonly LayerSpec[] {
  return widths.flatMap((width, stage) =>
    basicBlock(`base.layer_${stage}`, [stage === 0 ? inputs : widths[stage - 1], width], stage === 0 ? 1 : 2),
  );
}
