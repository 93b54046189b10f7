import { rowBlock, type Block } from './block.ts';
import { multiplyTransposed } from './multiply-transposed.ts';

/** Rows of a panel: what a panel computes below the diagonal is computed twice. */
const PANEL = 16;

/**
 * out = a a^T, with out [n, n], a [n, k]; out must not overlap a.
 *
 * The upper triangle is computed and mirrored: half the work of {@link multiplyTransposed}, and the same bits.
 */
export function gram(out: Block, a: Block): void {
  const { data, offset, stride } = out;
  const { rows: n } = a;
  for (let from = 0; from < n; from += PANEL) {
    const rows = Math.min(PANEL, n - from);
    const right = { ...rowBlock(out, from, rows), offset: offset + from * stride + from, cols: n - from };
    multiplyTransposed(right, rowBlock(a, from, rows), rowBlock(a, from, n - from));
  }
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < i; j++) data[offset + i * stride + j] = data[offset + j * stride + i];
  }
}
