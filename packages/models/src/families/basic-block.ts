import type { LayerSpec, ResidualLayer } from '@protonorm/tensor';
import { batchNorm, conv, relu } from './layers.ts';

/** What a block calls its two batch norms. */
type NormNames = readonly [first: string, second: string];

/**
 * The basic block of ResNets (He et al., arXiv 1512.03385, Fig. 2): conv 3x3, BN, ReLU, conv 3x3, BN, plus the input,
 * then ReLU. Where stride or channels change, the input goes through a 1x1 convolution with BN.
 *
 * Names: `conv1`, `conv2`, `downsample.0`, `downsample.1`, and those of the batch norms, which torchvision counts from 1
 * and the reference's small ResNets from 2.
 */
function basicBlock(
  name: string,
  channels: readonly [inputs: number, outputs: number],
  { stride, norms }: { readonly stride: number; readonly norms: NormNames },
): readonly LayerSpec[] {
  const [inputs, outputs] = channels;
  const plain = { bias: false, init: 'kaiming-normal-fan-out' } as const;
  const residual: ResidualLayer = {
    kind: 'residual',
    body: [
      conv(`${name}.conv1`, [inputs, outputs], { kernel: 3, stride, padding: 1, ...plain }),
      batchNorm(`${name}.${norms[0]}`, outputs),
      relu,
      conv(`${name}.conv2`, [outputs, outputs], { kernel: 3, padding: 1, ...plain }),
      batchNorm(`${name}.${norms[1]}`, outputs),
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
    basicBlock(`base.layer_${stage}`, [stage === 0 ? inputs : widths[stage - 1], width], {
      stride: stage === 0 ? 1 : 2,
      norms: ['bn2', 'bn3'],
    }),
  );
}

/** The four stages of torchvision's ResNets: 64 to 512 channels, `counts[i]` blocks in stage i, named `layer1.0` on. */
export function torchvisionStages(counts: readonly number[]): readonly LayerSpec[] {
  return counts.flatMap((count, stage) =>
    Array.from({ length: count }, (_, i) => {
      const width = 64 * 2 ** stage;
      const halves = stage > 0 && i === 0;
      return basicBlock(`base.layer${stage + 1}.${i}`, [halves ? width / 2 : width, width], {
        stride: halves ? 2 : 1,
        norms: ['bn1', 'bn2'],
      });
    }).flat(),
  );
}
