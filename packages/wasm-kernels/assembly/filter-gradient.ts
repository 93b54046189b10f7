import { addProducts } from './product-tile';

/** Rows whose products are summed in registers before they are added to the gradient: as many as stay near. */
const MANY: i32 = 128;
const FEW: i32 = 64;
/** Columns up to which `MANY` rows are taken. */
const NARROW: i32 = 64;

/**
 * dW[tap, k, n] += sum over rows r of A[r + tap, k] * D[r, n]: the gradient of `gemm` by B, in B's packed order.
 *
 * Blocks of rows are copied side by side first: at the pitches of images they would fall on the same cache lines.
 *
 * @param gradient - [ceil(N / 8)][taps * run][8]; lanes behind the last column get 0 added
 * @param gradientPanel - floats from panel to panel, as bPanel of `gemm`
 * @param scratch - 35,328 + 2,048 * ceil(N / 8) bytes
 */
export function filterGradient(
  a: usize,
  aImage: i32,
  aRow: i32,
  aPixel: i32,
  images: i32,
  height: i32,
  width: i32,
  tapRows: i32,
  tapRowPitch: i32,
  tapColumns: i32,
  tapColumnPitch: i32,
  run: i32,
  gradient: usize,
  gradientPanel: i32,
  d: usize,
  dImage: i32,
  dRow: i32,
  dPixel: i32,
  columns: i32,
  scratch: usize,
): void {
  const rows = images * height * width;
  const panelBytes = gradientPanel << 2;
  const strip = scratch + 512;
  const panels = scratch + 2560;
  const most = columns <= NARROW ? MANY : FEW;
  // Blocks of about the same size: a short last one would cost as much around its sums as a full one.
  const blocks = (rows + most - 1) / most;
  const block = blocks === 0 ? 0 : (rows + blocks - 1) / blocks;
  let image = 0;
  let y = 0;
  let x = 0;
  for (let start = 0; start < rows; start += block) {
    const count = min(block, rows - start);
    for (let i = 0; i < count; i++) {
      store<usize>(scratch + (i << 2), a + ((image * aImage + y * aRow + x * aPixel) << 2));
      let from = d + ((image * dImage + y * dRow + x * dPixel) << 2);
      let to = panels + (i << 5);
      let left = columns;
      while (left >= 8) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        from += 32;
        to += most << 5;
        left -= 8;
      }
      if (left > 0) {
        const zero = f32x4.splat(0);
        v128.store(to, zero);
        v128.store(to, zero, 16);
        for (let lane = 0; lane < left; lane++) store<f32>(to + (lane << 2), load<f32>(from + (lane << 2)));
      }
      if (++x === width) {
        x = 0;
        if (++y === height) {
          y = 0;
          image++;
        }
      }
    }
    let target = gradient;
    for (let row = 0; row < tapRows; row++) {
      for (let tap = 0; tap < tapColumns; tap++) {
        const shift = (row * tapRowPitch + tap * tapColumnPitch) << 2;
        for (let k = 0; k < run; k += 4) {
          const left = run - k;
          const at = shift + (k << 2);
          if (left >= 4) {
            for (let i = 0; i < count; i++) {
              v128.store(strip + (i << 4), v128.load(load<usize>(scratch + (i << 2)) + at));
            }
          } else {
            for (let i = 0; i < count; i++) {
              const from = load<usize>(scratch + (i << 2)) + at;
              for (let lane = 0; lane < left; lane++) {
                store<f32>(strip + (i << 4) + (lane << 2), load<f32>(from + (lane << 2)));
              }
            }
          }
          let g = target;
          let panel = panels;
          for (let column = 0; column < columns; column += 8) {
            addProducts(strip, strip + (count << 4), panel, g, left);
            g += panelBytes;
            panel += most << 5;
          }
          target += min(left, 4) << 5;
        }
      }
    }
  }
}
