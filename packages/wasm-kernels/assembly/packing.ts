/** Transposes four vectors of four lanes and stores them 32 bytes apart. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function storeTransposed(to: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7), 96);
}

/**
 * The packed form of the transposed matrix: B[ceil(N / 8)][...][8] of K rows to [ceil(K / 8)][N][8], zeros behind K.
 *
 * @param from - the first of K consecutive rows in the first panel
 * @param panelPitch - floats between the panels of `from`
 * @param to - ceil(K / 8) * N * 8 floats
 */
export function packTransposed(from: usize, panelPitch: i32, k: i32, columns: i32, to: usize): void {
  // A panel of the source after the other: its rows lie side by side, and are read in order.
  for (let column = 0; column < columns; column += 8) {
    const width = min(8, columns - column);
    for (let row = 0; row < k; row += 8) {
      const rows = min(8, k - row);
      const source = from + (((column >> 3) * panelPitch) << 2) + (row << 5);
      const target = to + (((row >> 3) * columns + column) << 5);
      if (rows === 8 && width === 8) {
        for (let half: usize = 0; half < 2; half++) {
          // rows 4 half .. 4 half + 3 of the source are the lanes 4 half .. of the target
          const f = source + (half << 7);
          const t = target + (half << 4);
          storeTransposed(t, v128.load(f), v128.load(f, 32), v128.load(f, 64), v128.load(f, 96));
          storeTransposed(
            t + 128,
            v128.load(f, 16),
            v128.load(f, 48),
            v128.load(f, 80),
            v128.load(f, 112),
          );
        }
      } else {
        for (let n = 0; n < width; n++) {
          for (let lane = 0; lane < 8; lane++) {
            store<f32>(
              target + (n << 5) + (lane << 2),
              lane < rows ? load<f32>(source + (lane << 5) + (n << 2)) : 0,
            );
          }
        }
      }
    }
  }
}
