import type { ActivationLayer, Conv2dLayer, LayerSpec } from '@protonorm/tensor';
import { batchNorm, conv } from './layers.ts';

/** How {@link normalisedConv} is built. */
export interface NormalisedConvOptions {
  /** An odd number, 1 where it is left out; the padding keeps the image's size at stride 1. */
  readonly kernel?: number;
  readonly stride?: number;
  /** Each channel for itself. */
  readonly depthwise?: boolean;
  /** What follows; nothing where it is left out. */
  readonly activation?: ActivationLayer;
  readonly init?: Conv2dLayer['init'];
}

/**
 * A convolution without bias, batch norm and an activation: torchvision's `Conv2dNormActivation`, whose names
 * `[<name>.0, <name>.1]` the caller gives, as nets that write the three out count them otherwise.
 */
export function normalisedConv(
  names: readonly [conv: string, norm: string],
  channels: readonly [inputs: number, outputs: number],
  options: NormalisedConvOptions = {},
): readonly LayerSpec[] {
  const { kernel = 1, depthwise = false, activation, ...rest } = options;
  return [
    conv(names[0], channels, {
      kernel,
      padding: (kernel - 1) / 2,
      ...(depthwise && { groups: channels[0] }),
      bias: false,
      ...rest,
    }),
    batchNorm(names[1], channels[1]),
    ...(activation ? [activation] : []),
  ];
}
