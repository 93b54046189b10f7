const { LN2: LOG_2, LOG2E: LOG2_E } = Math;

/** 2^-k for k = 0..1022, exact. */
const powers = new Float64Array(1023);
for (let k = 0, power = 1; k < powers.length; k++, power /= 2) powers[k] = power;

/**
 * e^x for -708 < x <= 0, relative error below 1e-11, by + - * / alone: the same bits on every machine, which `Math.exp`
 * does not promise, and without a division: weights of forces need no more digits.
 */
export function exponential(x: number): number {
  const k = (0.5 - x * LOG2_E) | 0; // 2^-k is the power next to e^x
  const r = x + k * LOG_2; // within log(2) / 2 of 0
  const s =
    1 +
    r *
      (1 +
        r *
          (1 / 2 +
            r *
              (1 / 6 +
                r *
                  (1 / 24 +
                    r * (1 / 120 + r * (1 / 720 + r * (1 / 5040 + r * (1 / 40320 + r * (1 / 362880)))))))));
  return s * powers[k];
}
