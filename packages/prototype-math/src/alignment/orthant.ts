import { ProtoNormError } from '@protonorm/tensor';
import { canonicalOrder } from '../linear-algebra/canonical-order.ts';
import { scaleToUnit } from '../class-table/unit-rows.ts';
import { wholeMatrix } from '../linear-algebra/block.ts';
import type { AlignOptions } from './align-options.ts';
import { readWeights } from './alignment-weights.ts';
import { coincidenceWarnings } from './coincidence-warnings.ts';
import { pickCoordinates } from './coordinate-picking.ts';
import type { AlignmentProblem, AlignmentSolution } from './solver.ts';

/** Options of the targets in the non-negative orthant. */
export interface OrthantOptions {
  /**
   * Entries of a target within its block of coordinates: all equal, or those of the class's own prototype.
   *
   * `'flat'` puts 1/n of |s|^2 on each of n coordinates, the least that the heaviest one can have: what a unit that dies,
   * saturates (ReLU6) or is missing in a client's model can take away is smallest, and targets stay the same as long as
   * the blocks do. `'prototype'` moves the prototypes least: at (10, 512) .98 instead of 1.01 rms with units of one size,
   * 1.11 instead of 1.27 with units of log-normal size; but the largest of the latter then carry some 85 % of |s|^2 alone.
   * @defaultValue 'flat'
   */
  readonly profile?: 'flat' | 'prototype' | undefined;
}

/**
 * Targets that features which cannot be negative (ReLU) can reach: every class has a block of coordinates of its own, and
 * its target is a non-negative unit vector on that block.
 *
 * All pairs are at right angles, exactly. Non-negative vectors have cosines >= 0, and 0 only without a common coordinate:
 * 0 is the best possible largest cosine for them, and d coordinates have room for C = d classes at most. Who gets which
 * coordinate is decided by {@link pickCoordinates}, on what a flat target gains from it: weight * p / sqrt(block size),
 * where p is the prototype with negative entries clipped to 0. A class gets 1 coordinate and its part of the other d - C,
 * in proportion to its weight; so blocks differ by one at most unless there are weights. Every coordinate has an owner, also
 * one that is 0 in all prototypes. Within a block the nearest non-negative unit vector to a prototype is its clipped part
 * there, scaled to 1 (`profile: 'prototype'`); where that is 0 all entries are equal.
 *
 * @param problem - `directions` of shape [C, d], 1 <= C <= d
 * @param options - `profile`, and `weights`: cost of moving each row, as for `simplex`
 * @returns float64 rows, shape [C, d], >= 0, with disjoint supports; cost C d log d
 * @throws `infeasible-alignment` for C > d; `invalid-argument` for `profile`; `invalid-argument`, `shape-mismatch` for
 *   weights
 */
export function orthantSolver(
  problem: AlignmentProblem,
  options: AlignOptions & OrthantOptions,
): AlignmentSolution {
  const { directions, counts } = problem;
  const { rows: count, cols: d } = directions;
  const profile = readProfile(options.profile);
  if (count > d) {
    throw new ProtoNormError(
      'infeasible-alignment',
      `${d} coordinates cannot be dealt out to ${count} classes.`,
      {
        received: count,
        expected: `at most ${d} classes`,
        hint: "Use method 'auto', or features of more dimensions.",
      },
    );
  }
  const weights = readWeights(counts, options.weights);
  const shares = weights.map((weight) => 1 + ((d - count) * weight) / count);
  // In an order of the values, so that ties and rounding do not depend on how the classes are numbered.
  const order = canonicalOrder(directions);
  const scores = wholeMatrix(new Float64Array(count * d), count, d);
  order.forEach((row, i) => {
    const from = directions.offset + row * directions.stride;
    const factor = weights[row] / Math.sqrt(shares[row]);
    for (let k = 0; k < d; k++) scores.data[i * d + k] = factor * Math.max(directions.data[from + k], 0);
  });
  const picked = pickCoordinates(
    scores,
    shares.map((_, i) => shares[order[i]]),
  );
  const vectors = new Float64Array(count * d);
  if (profile === 'prototype')
    for (let k = 0; k < d; k++) vectors[order[picked[k]] * d + k] = scores.data[picked[k] * d + k];
  for (let i = 0; i < count; i++) {
    const row = vectors.subarray(i * d, (i + 1) * d);
    if (scaleToUnit(row)) continue;
    for (let k = 0; k < d; k++) if (order[picked[k]] === i) row[k] = 1;
    scaleToUnit(row);
  }
  return {
    vectors,
    passes: 0,
    stop: 'closed-form',
    meanForce: new Float64Array(0),
    warnings: coincidenceWarnings(problem),
  };
}

function readProfile(profile: OrthantOptions['profile'] = 'flat'): 'flat' | 'prototype' {
  if (profile === 'flat' || profile === 'prototype') return profile;
  throw new ProtoNormError(
    'invalid-argument',
    `profile must be 'flat' or 'prototype', received '${String(profile)}'.`,
    { received: profile, expected: ['flat', 'prototype'] },
  );
}
