import type { LayerSpec, ResidualLayer } from '@protonorm/tensor';
import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import type { View } from '../graph/view.ts';
import { wanted } from '../graph/wanted.ts';
import type { ActivationName } from './activation-code.ts';
import { batchNorm } from './batch-norm.ts';
import type { ChainBuilder, ChainOptions } from './chain-builder.ts';

/** y = activation(body(x) + shortcut(x)); where the body ends in batch norm, that, the sum and the activation are one. */
export function residual(
  layer: ResidualLayer,
  x: View,
  options: ChainOptions & {
    readonly buildChain: ChainBuilder;
    /** 'none' unless `fusesActivation`. */
    readonly activation: ActivationName;
  },
): View {
  const { graph, target, activation, buildChain } = options;
  const shortcut = buildChain(layer.shortcut, x, { graph, target: undefined });
  const { rest, norm } = lastNorm(layer.body, graph);
  if (norm !== undefined) {
    const inner = buildChain(rest, x, { graph, target: undefined });
    return batchNorm(norm, inner, {
      graph,
      target,
      activation,
      residual: shortcut,
      fresh: rest.length > 0 && inner.storage !== x.storage,
    });
  }
  const body = buildChain(layer.body, x, { graph, target: undefined });
  const y = graph.output('residual', body.shape, target);
  const targets = [body, shortcut].map((of) => gradientTarget(of));
  graph.add({
    name: 'residual',
    reads: [body, shortcut],
    writes: [y],
    targets,
    forward({ kernels, size: n }) {
      kernels.copyImages(...image(body), ...image(y), n, ...size(y));
      kernels.addImages(...image(shortcut), ...image(y), n, ...size(y));
    },
    backward(execution) {
      const { kernels, size: n } = execution;
      for (const to of targets) {
        if (!wanted(to, execution)) continue;
        const write = to.accumulate ? kernels.addImages : kernels.copyImages;
        write(...image(y.gradient), ...image(to.of.gradient), n, ...size(y));
      }
    },
  });
  return y;
}

/** Whether an activation behind a residual can be computed with its sum. */
export function fusesActivation(
  layer: ResidualLayer,
  activation: ActivationName,
  graph: GraphBuilder,
): boolean {
  // silu's gradient would need the sum again, which is not kept.
  return activation !== 'silu' && lastNorm(layer.body, graph).norm !== undefined;
}

/** The batch norm that a body ends in, apart from dropout that does nothing in this plan. */
function lastNorm(body: readonly LayerSpec[], { mode }: GraphBuilder) {
  const idle = (layer: LayerSpec): boolean =>
    layer.kind === 'dropout' && (!mode.training || layer.rate === 0);
  const layers = body.filter((layer) => !idle(layer));
  const last = layers.at(-1);
  return last?.kind === 'batchNorm'
    ? { rest: layers.slice(0, -1), norm: last }
    : { rest: layers, norm: undefined };
}
