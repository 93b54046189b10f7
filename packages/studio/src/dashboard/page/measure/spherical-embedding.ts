/** Points on the unit sphere whose angles are as near as they can be to given ones. */
export interface SphericalEmbedding {
  /** Unit vectors, shape [n, 3]. */
  readonly points: Float64Array;
  /** Root mean square of the differences of the angles over all pairs, in radians; 0 for fewer than two points. */
  readonly errorRad: number;
}

const MOST_STEPS = 300;
/** Steps end when the sum of squares falls by less than this share of itself. */
const TOLERANCE = 1e-7;
/** Sine below which a direction from one point to another is not known. */
const LEAST_SINE = 1e-9;

/**
 * Metric multidimensional scaling on the sphere: descends the sum over pairs of (angle in the picture - true angle)^2 from given
 * places, so that the picture of a round goes on from that of the round before. A step moves each point by the mean of what its
 * pairs ask for, along great circles, and is halved until the sum falls.
 *
 * Three dimensions cannot hold the angles of many classes in many dimensions; `errorRad` says how far the picture is off.
 *
 * @param anglesRad - symmetric, 0..pi, shape [n, n]
 * @param start - unit vectors, no two the same, shape [n, 3]
 */
export function sphericalEmbedding(anglesRad: Float64Array, start: Float64Array): SphericalEmbedding {
  const n = start.length / 3;
  const pairs = (n * (n - 1)) / 2;
  if (pairs === 0) return { points: Float64Array.from(start), errorRad: 0 };
  let points = Float64Array.from(start);
  let { stress, moves } = descent(anglesRad, points);
  let length = 1;
  for (let step = 0; step < MOST_STEPS && stress > 0; step++) {
    const next = moved(points, moves, length);
    const there = descent(anglesRad, next);
    if (there.stress > stress) {
      length /= 2;
      if (length < 1e-4) break;
      continue;
    }
    const gain = stress - there.stress;
    points = next;
    ({ stress, moves } = there);
    length = Math.min(1, length * 1.2);
    if (gain <= TOLERANCE * stress) break;
  }
  return { points, errorRad: Math.sqrt(stress / pairs) };
}

/** The sum of squares, and for each point the tangent along which its pairs pull it. */
function descent(anglesRad: Float64Array, points: Float64Array): { stress: number; moves: Float64Array } {
  const n = points.length / 3;
  const moves = new Float64Array(points.length);
  let stress = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      let cosine = 0;
      for (let k = 0; k < 3; k++) cosine += points[3 * i + k] * points[3 * j + k];
      cosine = Math.max(-1, Math.min(1, cosine));
      const difference = Math.acos(cosine) - anglesRad[i * n + j];
      stress += difference * difference;
      const sine = Math.sqrt(1 - cosine * cosine);
      if (sine < LEAST_SINE) continue;
      const weight = difference / sine / n;
      for (let k = 0; k < 3; k++) {
        const [a, b] = [points[3 * i + k], points[3 * j + k]];
        moves[3 * i + k] += weight * (b - cosine * a);
        moves[3 * j + k] += weight * (a - cosine * b);
      }
    }
  }
  return { stress, moves };
}

/** Each point along its great circle. */
function moved(points: Float64Array, moves: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const next = new Float64Array(points.length);
  for (let at = 0; at < points.length; at += 3) {
    const angle = length * Math.hypot(moves[at], moves[at + 1], moves[at + 2]);
    const along = angle === 0 ? 0 : (Math.sin(angle) / angle) * length;
    const stay = Math.cos(angle);
    let norm = 0;
    for (let k = 0; k < 3; k++) {
      next[at + k] = stay * points[at + k] + along * moves[at + k];
      norm += next[at + k] ** 2;
    }
    for (let k = 0; k < 3; k++) next[at + k] /= Math.sqrt(norm);
  }
  return next;
}
