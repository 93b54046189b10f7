import type { BatchNormLayer } from '@protonorm/tensor';
import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import type { Execution } from '../graph/operation.ts';
import type { View } from '../graph/view.ts';
import { wanted } from '../graph/wanted.ts';
import { activationCode, type ActivationName } from './activation-code.ts';

/** What is done in the same passes over memory. */
export interface BatchNormFusion {
  readonly activation: ActivationName;
  /** Added before the activation. */
  readonly residual?: View | undefined;
  readonly target: View | undefined;
  /** Nobody else reads x, so that its gradient may overwrite that of y. */
  readonly fresh: boolean;
}

/** No image. */
const none: [number, number, number, number] = [0, 0, 0, 0];

/** y = activation(gamma * (x - mean) / sqrt(variance + epsilon) + beta + residual). */
export function batchNorm(
  layer: BatchNormLayer,
  x: View,
  { graph, ...fusion }: BatchNormFusion & { readonly graph: GraphBuilder },
): View {
  const { name, channels, momentum = 0.1, epsilon = 1e-5 } = layer;
  const { residual, target, fresh } = fusion;
  const { training } = graph.mode;
  const code = activationCode[fusion.activation];
  /** The slope of the activation is read off y; that of silu is computed from x. */
  const readsOutput = fusion.activation !== 'none' && fusion.activation !== 'silu';
  const y = graph.output(name, x.shape, target);
  if (fresh) graph.shareGradient(x, y);
  const gamma = graph.parameter(`${name}.weight`);
  const beta = graph.parameter(`${name}.bias`);
  const runningMean = graph.buffer(`${name}.running_mean`);
  const runningVariance = graph.buffer(`${name}.running_var`);
  const statistics = graph.floats(`${name} statistics`, 2 * channels);
  const sums = graph.floats(`${name} sums`, 2 * channels);
  const dx = gradientTarget(x);
  const dResidual = residual && gradientTarget(residual);
  const mean = (): number => (training ? statistics.address : runningMean.address);
  const inverse = (): number => statistics.address + 4 * channels;

  graph.add({
    name: `batchNorm ${name}`,
    reads: residual ? [x, residual] : [x],
    writes: [y],
    uses: [statistics],
    saves: readsOutput ? [x, y, statistics] : [x, statistics],
    usesBackward: [sums],
    targets: dResidual ? [dResidual, dx] : [dx],
    forward({ kernels, size: n }) {
      if (training) {
        kernels.batchNormStatistics(
          ...image(x),
          n,
          ...size(x),
          mean(),
          inverse(),
          epsilon,
          runningMean.address,
          runningVariance.address,
          momentum,
        );
      } else kernels.inverseDeviations(runningVariance.address, channels, epsilon, inverse());
      kernels.batchNormApply(
        ...image(x),
        mean(),
        inverse(),
        gamma.address,
        beta.address,
        ...(residual ? image(residual) : none),
        ...image(y),
        n,
        ...size(x),
        code,
      );
    },
    backward(execution: Execution) {
      const { kernels, size: n } = execution;
      kernels.batchNormGradientSums(
        ...image(x),
        ...image(y),
        ...image(y.gradient),
        n,
        ...size(x),
        mean(),
        inverse(),
        gamma.address,
        beta.address,
        code,
        sums.address,
        gamma.gradient,
        beta.gradient,
      );
      // Before y's gradient is overwritten by x's.
      if (dResidual && wanted(dResidual, execution)) {
        const add = dResidual.accumulate ? kernels.addImages : kernels.copyImages;
        add(...image(y.gradient), ...image(residual.gradient), n, ...size(x));
      }
      if (!wanted(dx, execution)) return;
      kernels.batchNormGradient(
        ...image(x),
        ...image(y.gradient),
        ...image(x.gradient),
        n,
        ...size(x),
        mean(),
        inverse(),
        gamma.address,
        sums.address,
        training ? 1 : 0,
        fresh ? 0 : dx.accumulate,
      );
    },
  });
  return y;
}
