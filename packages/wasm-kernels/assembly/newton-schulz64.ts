import { multiplyRows } from './products64';

/**
 * One step of the coupled Newton-Schulz iteration: T = (3 - Z Y) / 2, Y' = Y T, Z' = T Z.
 *
 * From Y = A, Z = 1 with A symmetric and |1 - A| < 1, Y goes to A^(1/2) and Z to A^(-1/2) quadratically (Higham, Functions
 * of Matrices, 2008, 6.35). All are dense [n, n] and must be symmetric (they are polynomials of A).
 *
 * @param t - [n, n], overwritten with T
 * @returns the largest entry of |1 - Z Y| before the step: 0 at the fixed point, NaN where the matrices are not finite
 */
export function newtonSchulzStep64(y: usize, z: usize, n: i32, yNext: usize, zNext: usize, t: usize): f64 {
  multiplyRows(z, n, n, y, n, n, n, t, n, 0);
  let distance: f64 = 0;
  let at = t;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const rest = (i === j ? <f64>1 : <f64>0) - load<f64>(at);
      distance = max<f64>(distance, abs<f64>(rest));
      store<f64>(at, (i === j ? <f64>1 : <f64>0) + 0.5 * rest);
      at += 8;
    }
  }
  // Each is symmetric and they commute, so all products may read rows.
  multiplyRows(y, n, n, t, n, n, n, yNext, n, 0);
  multiplyRows(z, n, n, t, n, n, n, zNext, n, 0);
  return distance;
}
