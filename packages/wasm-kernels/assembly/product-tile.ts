import { madd } from './lanes';

/**
 * gradient[k, n] += sum over rows of A[r, k] * D[r, n] for four k and eight n: the sums stay in registers.
 *
 * @param strips - A as [rows][4], up to `end`
 * @param panel - D as [rows][8]
 * @param g - the first of the rows of eight
 * @param left - how many of the four k there are; the others are not touched
 */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function addProducts(strips: usize, end: usize, panel: usize, g: usize, left: i32): void {
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  let p = strips;
  let q = panel;
  while (p < end) {
    const d0 = v128.load(q);
    const d1 = v128.load(q, 16);
    let s = v128.load32_splat(p);
    s00 = madd(s, d0, s00);
    s01 = madd(s, d1, s01);
    s = v128.load32_splat(p, 4);
    s10 = madd(s, d0, s10);
    s11 = madd(s, d1, s11);
    s = v128.load32_splat(p, 8);
    s20 = madd(s, d0, s20);
    s21 = madd(s, d1, s21);
    s = v128.load32_splat(p, 12);
    s30 = madd(s, d0, s30);
    s31 = madd(s, d1, s31);
    p += 16;
    q += 32;
  }
  v128.store(g, f32x4.add(v128.load(g), s00));
  v128.store(g, f32x4.add(v128.load(g, 16), s01), 16);
  if (left > 1) {
    v128.store(g, f32x4.add(v128.load(g, 32), s10), 32);
    v128.store(g, f32x4.add(v128.load(g, 48), s11), 48);
  }
  if (left > 2) {
    v128.store(g, f32x4.add(v128.load(g, 64), s20), 64);
    v128.store(g, f32x4.add(v128.load(g, 80), s21), 80);
  }
  if (left > 3) {
    v128.store(g, f32x4.add(v128.load(g, 96), s30), 96);
    v128.store(g, f32x4.add(v128.load(g, 112), s31), 112);
  }
}
