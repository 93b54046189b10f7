/** Activations: 0 none, 1 relu, 2 relu6, 3 silu, 4 tanh, 5 sigmoid. */
export interface ActivationKernels {
  /** y = silu(x), tanh(x) or sigmoid(x) of n numbers; y may be x. */
  smoothSpan(x: number, y: number, n: number, activation: number): void;
  /**
   * dx (+)= dy silu'(v) of n numbers, silu'(v) = s (1 + v (1 - s)), s = sigmoid(v); dx may be dy.
   *
   * @param mean - 0: v is x; else v = gamma (x - mean) inverse + beta, one of each for each number
   */
  siluGradientSpan(
    x: number,
    mean: number,
    inverse: number,
    gamma: number,
    beta: number,
    dy: number,
    dx: number,
    n: number,
    accumulate: number,
  ): void;
  /** y = act(x); y may be x. */
  activate(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    activation: number,
  ): void;
  /** dx (+)= dy act'(.) of n numbers; dx may be dy. */
  gradientSpan(
    reference: number,
    dy: number,
    dx: number,
    n: number,
    activation: number,
    accumulate: number,
  ): void;
  /** dx (+)= dy act'(.), from `reference`: y, for silu x. dx may be dy. */
  activateGradient(
    reference: number,
    referenceImage: number,
    referenceRow: number,
    referencePixel: number,
    dy: number,
    dyImage: number,
    dyRow: number,
    dyPixel: number,
    dx: number,
    dxImage: number,
    dxRow: number,
    dxPixel: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    activation: number,
    accumulate: number,
  ): void;
}
