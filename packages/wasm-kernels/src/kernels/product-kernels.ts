/** Matrix products: convolutions, dense layers and their gradients. */
export interface ProductKernels {
  /**
   * Implicit GEMM C = A * B (+ bias, relu), B packed [ceil(N / 8)][taps * run][8]; see assembly/gemm.ts.
   *
   * @param flags - 1 = add to C, 2 = relu
   * @param scratch - 1,024 bytes, and 4 * taps * run where there are several taps
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
    bPanel: number,
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
   * @param scratch - 35,328 + 2,048 * ceil(N / 8) bytes
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
    gradientPanel: number,
    d: number,
    dImage: number,
    dRow: number,
    dPixel: number,
    columns: number,
    scratch: number,
  ): void;
  /**
   * The same for one tap and a few rows, 1..64, `aPitch` and `dPitch` floats apart: what a dense layer has at a small batch;
   * see assembly/few-rows.ts.
   *
   * @param scratch - 16 * rows * ceil(run / 4) + 32 * rows bytes
   */
  filterGradientOfFewRows(
    a: number,
    aPitch: number,
    rows: number,
    run: number,
    gradient: number,
    gradientPanel: number,
    d: number,
    dPitch: number,
    columns: number,
    scratch: number,
  ): void;
  /** Packs the transposed matrix: [ceil(N / 8)][...][8] of K rows to [ceil(K / 8)][N][8]; see assembly/packing.ts. */
  packTransposed(from: number, panelPitch: number, k: number, columns: number, to: number): void;
  /** U = G g G^T: packed filters to [36][N / 8][inputs][8]; `scratch` 576 bytes, here and below. */
  winogradFilter(
    filters: number,
    kernel: number,
    inputs: number,
    outputs: number,
    u: number,
    uPitch: number,
    scratch: number,
  ): void;
  /** gradient += G^T dU G. */
  winogradFilterGradient(
    du: number,
    uPitch: number,
    kernel: number,
    inputs: number,
    outputs: number,
    gradient: number,
    scratch: number,
  ): void;
  /** V = B^T x B: [36][tiles][channels]; `step` 4 for 3x3 filters, 2 for 5x5; channels a multiple of 4. */
  winogradInput(
    x: number,
    xImage: number,
    xRow: number,
    xPixel: number,
    images: number,
    tilesY: number,
    tilesX: number,
    step: number,
    channels: number,
    v: number,
    vPitch: number,
    scratch: number,
  ): void;
  /** dx += B dV B^T. */
  winogradInputGradient(
    dv: number,
    vPitch: number,
    images: number,
    tilesY: number,
    tilesX: number,
    step: number,
    channels: number,
    dx: number,
    dxImage: number,
    dxRow: number,
    dxPixel: number,
    scratch: number,
  ): void;
  /** Y = A^T M A + bias, with relu if asked for. */
  winogradOutput(
    m: number,
    mPitch: number,
    images: number,
    tilesY: number,
    tilesX: number,
    step: number,
    channels: number,
    y: number,
    yImage: number,
    yRow: number,
    yPixel: number,
    bias: number,
    relu: number,
    scratch: number,
  ): void;
  /** dM = A dY A^T. */
  winogradOutputGradient(
    dy: number,
    dyImage: number,
    dyRow: number,
    dyPixel: number,
    images: number,
    tilesY: number,
    tilesX: number,
    step: number,
    channels: number,
    dm: number,
    mPitch: number,
    scratch: number,
  ): void;
}
