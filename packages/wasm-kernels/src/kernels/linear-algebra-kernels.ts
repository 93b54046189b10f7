/** Linear algebra in float64: here pitches are in float64 numbers. */
export interface LinearAlgebraKernels {
  /** C = A B^T, A [rows, depth], B [columns, depth]; C overlaps neither. */
  multiplyTransposed64(
    a: number,
    aPitch: number,
    rows: number,
    b: number,
    bPitch: number,
    columns: number,
    depth: number,
    c: number,
    cPitch: number,
  ): void;
  /** C = A A^T, A [rows, depth]: the upper triangle is computed and mirrored, so C is symmetric to the bit. */
  gram64(a: number, aPitch: number, rows: number, depth: number, c: number, cPitch: number): void;
  /** C (+)= A B, A [rows, depth], B [depth, columns]; C overlaps neither. */
  gemm64(
    a: number,
    aPitch: number,
    b: number,
    bPitch: number,
    c: number,
    cPitch: number,
    rows: number,
    depth: number,
    columns: number,
    accumulate: number,
  ): void;
  /** C (+)= A^T B, A [depth, rows], B [depth, columns]; C overlaps neither; the bits of `gemm64` with A transposed. */
  gemmTransposed64(
    a: number,
    aPitch: number,
    b: number,
    bPitch: number,
    c: number,
    cPitch: number,
    rows: number,
    depth: number,
    columns: number,
    accumulate: number,
  ): void;
  /**
   * Cosines of pairs become their weights in the soft maximum, negative: c := -exp(sharpness (c - top)), -1 above the top, 0
   * where the exponent is at most `negligible`.
   *
   * @param c - [rows, columns], in place
   * @param diagonal - the pairs on the diagonal are none: their weight is 0
   * @param negligible - -700 or more
   * @param weightSum - one number, overwritten with the sum of the weights
   * @returns the largest cosine; -1 when there is no larger one
   */
  softMaxWeights64(
    c: number,
    cPitch: number,
    rows: number,
    columns: number,
    diagonal: number,
    sharpness: number,
    top: number,
    negligible: number,
    weightSum: number,
  ): number;
  /**
   * One step of the coupled Newton-Schulz iteration: T = (3 - Z Y) / 2, Y' = Y T, Z' = T Z.
   *
   * From Y = A, Z = 1 with A symmetric and |1 - A| < 1, Y goes to A^(1/2) and Z to A^(-1/2) quadratically (Higham, Functions
   * of Matrices, 2008, 6.35). All are dense [n, n] and must be symmetric (they are polynomials of A).
   *
   * @param t - [n, n], overwritten with T
   * @returns the largest entry of |1 - Z Y| before the step: 0 at the fixed point, NaN where the matrices are not finite
   */
  newtonSchulzStep64(y: number, z: number, n: number, yNext: number, zNext: number, t: number): number;
  /**
   * All eigenvalues (falling) and eigenvectors (rows) of a symmetric matrix: Householder's tridiagonal form, then QL with
   * implicit shifts (Wilkinson and Reinsch, Handbook for Automatic Computation II, 1971).
   *
   * @param a - [n, n], dense, only the upper triangle is read; destroyed
   * @param values - n numbers
   * @param vectors - [n, n]
   * @param scratch - 24 * n bytes
   * @returns the number of QL sweeps; -1 when the matrix is not finite
   */
  symmetricEigen64(a: number, n: number, values: number, vectors: number, scratch: number): number;
}
