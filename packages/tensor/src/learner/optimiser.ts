/** Stochastic gradient descent as in PyTorch: g += decay * w; v = momentum * v + g (v = g at first); w -= rate * v. */
export interface SgdOptimiser {
  readonly kind: 'sgd';
  readonly learningRate: number;
  /** @defaultValue 0 */
  readonly momentum?: number;
  /** @defaultValue 0 */
  readonly weightDecay?: number;
}

/**
 * Adam as in PyTorch (bias-corrected, decay added to the gradient): g += decay * w; m = beta1 m + (1 - beta1) g;
 * v = beta2 v + (1 - beta2) g^2; w -= rate * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon).
 */
export interface AdamOptimiser {
  readonly kind: 'adam';
  readonly learningRate: number;
  /** @defaultValue 0.9 */
  readonly beta1?: number;
  /** @defaultValue 0.999 */
  readonly beta2?: number;
  /** @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** @defaultValue 0 */
  readonly weightDecay?: number;
}

/** The rule by which a learner moves its parameters, as plain data. */
export type Optimiser = SgdOptimiser | AdamOptimiser;
