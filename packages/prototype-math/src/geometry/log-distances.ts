/** Products leave this range by one factor at most, which lies in 0..4 and above 1e-150 unless it is 0. */
const [SMALL, LARGE] = [1e-150, 1e150];

/**
 * The sum of -log |u_i - u_j| over many pairs, from their squared distances: the logarithm of products of some hundred of
 * them, since a logarithm takes ten times as long as all else that a pair needs.
 */
export class LogDistances {
  /** Of the squared distances since the last logarithm; for loops that keep it in a variable. */
  product = 1;
  #logarithms = 0;

  /** The product with one more squared distance in it, 0..4; 1 where it went into the sum. */
  multiply(product: number, squaredDistance: number): number {
    const next = product * squaredDistance;
    if (next > SMALL && next < LARGE) return next;
    this.#logarithms += Math.log(next);
    return 1;
  }

  /** Sum of -log distance; Infinity when a distance was 0. */
  get energy(): number {
    return 0 - 0.5 * (this.#logarithms + Math.log(this.product)); // no pair: 0, not -0
  }
}
