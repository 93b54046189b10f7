/** The kernels' codes of activations, by the names of `@protonorm/tensor`. */
export const activationCodes = { linear: 0, relu: 1, relu6: 2, silu: 3, tanh: 4, sigmoid: 5 } as const;

/** The code of a fused activation of tfjs; undefined for elu, prelu and leakyrelu. */
export function fusedActivationCode(name: unknown): number | undefined {
  return name === 'linear' || name === 'relu' || name === 'relu6' || name === 'sigmoid'
    ? activationCodes[name]
    : undefined;
}
