/** Parameters and their gradients as plain arrays of n numbers. */
export interface OptimiserKernels {
  /** Sum of squares in float64; NaN and Infinity stay. */
  sumOfSquares(p: number, n: number): number;
  /** p *= factor. */
  scale(p: number, n: number, factor: number): void;
  /** gradient += weight (weights - reference): the gradient of weight / 2 |w - reference|^2. */
  addProximal(gradient: number, weights: number, reference: number, n: number, weight: number): void;
  /** w -= rate (g + decay w); g = 0. */
  sgd(w: number, g: number, n: number, rate: number, decay: number): void;
  /** v = momentum v + g + decay w; w -= rate v; g = 0. From v = 0 the first step has v = g, as PyTorch's. */
  sgdMomentum(
    w: number,
    g: number,
    v: number,
    n: number,
    rate: number,
    momentum: number,
    decay: number,
  ): void;
  /**
   * m = b1 m + (1 - b1) g', v = b2 v + (1 - b2) g'^2, w -= rate m / (sqrt(v) / correction + epsilon), g' = g + decay w;
   * g = 0. Where the denominator is 0 the weight stays.
   *
   * @param rate - learning rate / (1 - b1^t)
   * @param correction - sqrt(1 - b2^t)
   */
  adam(
    w: number,
    g: number,
    first: number,
    second: number,
    n: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction: number,
    decay: number,
  ): void;
}
