/** Matrix products: convolutions, dense layers and their gradients. */
export interface ProductKernels {
  /**
   * Implicit GEMM C = A * B (+ bias, relu), B packed [ceil(N / 8)][taps * run][8]; see assembly/gemm.ts.
   *
   * @param flags - 1 = add to C, 2 = relu
   * @param scratch - 1,024 bytes
   */
  gemm(
    a: number,
    aImage: number,
    aRow: number,
    aPixel: number,
    images: number,
    height: number,
    width: number,
    tapRows: number,
    tapRowPitch: number,
    tapColumns: number,
    tapColumnPitch: number,
    run: number,
    b: number,
    c: number,
    cImage: number,
    cRow: number,
    cPixel: number,
    columns: number,
    bias: number,
    flags: number,
    scratch: number,
  ): void;
  /**
   * gradient += A^T * D over all rows, packed as the B of {@link gemm}; see assembly/filter-gradient.ts.
   *
   * @param scratch - 1,536 + 2,048 * ceil(N / 8) bytes
   */
  filterGradient(
    a: number,
    aImage: number,
    aRow: number,
    aPixel: number,
    images: number,
    height: number,
    width: number,
    tapRows: number,
    tapRowPitch: number,
    tapColumns: number,
    tapColumnPitch: number,
    run: number,
    gradient: number,
    d: number,
    dImage: number,
    dRow: number,
    dPixel: number,
    columns: number,
    scratch: number,
  ): void;
  /** Packs the transposed matrix: [ceil(N / 8)][...][8] of K rows to [ceil(K / 8)][N][8]; see assembly/packing.ts. */
  packTransposed(from: number, panelPitch: number, k: number, columns: number, to: number): void;
}
