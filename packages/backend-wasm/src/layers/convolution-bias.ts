import type { Execution } from '../graph/operation.ts';
import { image, size } from '../graph/image-arguments.ts';
import { roundUp8 } from '../parameters/parameter-layout.ts';
import { activationCode } from './activation-code.ts';
import type { Convolution } from './convolution.ts';

/** What the way back of every convolution begins with: the gradient through a fused relu, and that of the bias. */
export function outputGradient(
  { y, bias, groups, relu, pooled }: Convolution,
  { kernels, size: n }: Execution,
): void {
  const dy = image(y.gradient);
  if (relu && !pooled)
    kernels.activateGradient(...image(y), ...dy, ...dy, n, ...size(y), activationCode.relu, 0);
  if (bias === undefined) return;
  const outputs = y.channels / groups;
  if (outputs % 8 === 0 || groups === 1) {
    kernels.columnSums(...dy, n, ...size(y), bias.gradient);
    return;
  }
  for (let g = 0; g < groups; g++) {
    const [address, ...pitches] = dy;
    kernels.columnSums(
      address + 4 * g * outputs,
      ...pitches,
      n,
      y.height,
      y.width,
      outputs,
      bias.gradient + 4 * g * roundUp8(outputs),
    );
  }
}
