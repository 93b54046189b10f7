/** How the weights of a layer are drawn; see `@protonorm/models`, `initialParameters`. */
export type WeightInit =
  /** PyTorch's default of `Linear` and `Conv2d`: weight and bias U(-b, b) with b = 1 / sqrt(fan_in). */
  | 'torch-default'
  /** `kaiming_normal_(mode='fan_out', nonlinearity='relu')`: N(0, 2 / fan_out); biases as in 'torch-default'. */
  | 'kaiming-normal-fan-out'
  /** The same with biases 0, as torchvision's EfficientNet starts. */
  | 'kaiming-normal-fan-out-zero-bias';

/** Fully connected: y = x W^T + b. Parameters `weight` [outputs, inputs] and `bias` [outputs]. */
export interface DenseLayer {
  readonly kind: 'dense';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** @defaultValue true */
  readonly bias?: boolean;
  readonly init?: WeightInit;
}

/** 2-D cross-correlation over [h, w, c]. Parameters `weight` [out, in / groups, kh, kw] and `bias` [out]. */
export interface Conv2dLayer {
  readonly kind: 'conv2d';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: readonly [height: number, width: number];
  /** @defaultValue [1, 1] */
  readonly stride?: readonly [number, number];
  /** Zeros added on both sides. @defaultValue [0, 0] */
  readonly padding?: readonly [number, number];
  /** @defaultValue 1 */
  readonly groups?: number;
  /** @defaultValue true */
  readonly bias?: boolean;
  readonly init?: WeightInit;
}

/**
 * Batch normalisation over all axes but the last. Parameters `weight` and `bias` [channels], buffers `running_mean` and
 * `running_var` [channels]. In training mode: batch mean and biased variance normalise; the running variance is updated
 * with the unbiased one (as in PyTorch), also without gradient. One value per channel has no variance: training mode then
 * throws `invalid-argument`, as PyTorch does. In evaluation mode: the running statistics.
 */
export interface BatchNormLayer {
  readonly kind: 'batchNorm';
  readonly name: string;
  readonly channels: number;
  /** Weight of the new batch in the running statistics. @defaultValue 0.1 */
  readonly momentum?: number;
  /** @defaultValue 1e-5 */
  readonly epsilon?: number;
}

/** Element-wise functions; the derivative of relu at 0 and of relu6 at 0 is 0. */
export interface ActivationLayer {
  readonly kind: 'activation';
  readonly function: 'relu' | 'relu6' | 'silu' | 'tanh' | 'sigmoid';
}

/** Maximum over windows of [h, w, c]; the padding never wins. The gradient goes to the first maximum in row-major order. */
export interface MaxPool2dLayer {
  readonly kind: 'maxPool2d';
  readonly kernel: readonly [number, number];
  /** @defaultValue the kernel */
  readonly stride?: readonly [number, number];
  /** @defaultValue [0, 0] */
  readonly padding?: readonly [number, number];
}

/** Mean over h and w: [h, w, c] to [c], or to [1, 1, c] with `keepShape` (so that 1x1 convolutions can follow). */
export interface GlobalAveragePool2dLayer {
  readonly kind: 'globalAveragePool2d';
  /** @defaultValue false */
  readonly keepShape?: boolean;
}

/** [h, w, c] to [c * h * w] in PyTorch's order (channels first), so that weights of PyTorch models fit. */
export interface FlattenLayer {
  readonly kind: 'flatten';
}

/**
 * [a] to [size]: output j averages the inputs floor(j a / size) .. ceil((j + 1) a / size) - 1, also upwards (256 to 512
 * repeats each value): how the reference makes all feature sizes equal.
 */
export interface AdaptiveAveragePool1dLayer {
  readonly kind: 'adaptiveAveragePool1d';
  readonly size: number;
}

/**
 * In training mode zeroes each unit with probability `rate` and scales the rest by 1 / (1 - rate). A unit is a value, or
 * with 'sample' all values of a sample at once: stochastic depth, as the last layer of a residual's body
 * (`torchvision.ops.StochasticDepth`, mode 'row').
 */
export interface DropoutLayer {
  readonly kind: 'dropout';
  readonly rate: number;
  /** @defaultValue 'value' */
  readonly unit?: 'value' | 'sample';
}

/** The channels from `start` up to, without, `end` (the last axis). */
export interface ChannelSliceLayer {
  readonly kind: 'channelSlice';
  readonly start: number;
  readonly end: number;
}

/**
 * Interleaves the channels of `groups` groups: channel g * n + i goes to i * groups + g, n = channels / groups
 * (ShuffleNet, arXiv 1707.01083, section 3.1).
 */
export interface ChannelShuffleLayer {
  readonly kind: 'channelShuffle';
  readonly groups: number;
}

/** Every branch gets the input; their outputs lie side by side on the channel axis. An empty branch is the identity. */
export interface ConcatLayer {
  readonly kind: 'concat';
  readonly branches: readonly (readonly LayerSpec[])[];
}

/**
 * y = x * body(x), number by number; a body that gives [1, 1, c] for an input [h, w, c] holds for all pixels
 * (squeeze-and-excitation, arXiv 1709.01507).
 */
export interface GateLayer {
  readonly kind: 'gate';
  readonly body: readonly LayerSpec[];
}

/** y = body(x) + shortcut(x); an empty shortcut is the identity. */
export interface ResidualLayer {
  readonly kind: 'residual';
  readonly body: readonly LayerSpec[];
  readonly shortcut: readonly LayerSpec[];
}

/** A layer as plain data. Shapes exclude the batch; images are [height, width, channels]. */
export type LayerSpec =
  | DenseLayer
  | Conv2dLayer
  | BatchNormLayer
  | ActivationLayer
  | MaxPool2dLayer
  | GlobalAveragePool2dLayer
  | FlattenLayer
  | AdaptiveAveragePool1dLayer
  | DropoutLayer
  | ChannelSliceLayer
  | ChannelShuffleLayer
  | ConcatLayer
  | GateLayer
  | ResidualLayer;

/** The kinds of layers, for tables of implementations. */
export type LayerKind = LayerSpec['kind'];
