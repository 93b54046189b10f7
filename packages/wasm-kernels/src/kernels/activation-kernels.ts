/** Activations: 0 none, 1 relu, 2 relu6, 3 silu, 4 tanh, 5 sigmoid. */
export interface ActivationKernels {
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
