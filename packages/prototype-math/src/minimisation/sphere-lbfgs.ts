/** A function of points on spheres and its gradient. */
export interface SphereObjective {
  /**
   * @param points - C unit rows of d numbers
   * @param gradient - overwritten with the derivative by the points; its parts along the points do not matter
   * @returns the value
   */
  (points: Float64Array, gradient: Float64Array): number;
}

/** How far to go. */
export interface SphereLbfgsOptions {
  readonly dim: number;
  /** Most evaluations. */
  readonly evaluations: number;
  /** Ends when the root mean square of the tangential gradients of the rows is at most this. */
  readonly tolerance: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each step that was taken. */
  readonly onStep?: (value: number, gradientNorm: number) => void;
}

/** Where it ended. */
export interface SphereMinimum {
  readonly value: number;
  /** Root mean square of the tangential gradients of the rows. */
  readonly gradientNorm: number;
  readonly evaluations: number;
  /**
   * `converged` within the tolerance, `evaluations` when there were no more, `no-descent` when not even a step down the
   * gradient lowers the value any more: it is as low as rounding lets it be.
   */
  readonly end: 'converged' | 'evaluations' | 'no-descent';
}

/** Pairs of steps and gradient changes that the curvature is estimated from. */
const MEMORY = 12;
/** Armijo's share of the descent that was promised. */
const SUFFICIENT = 1e-4;
/** Trials of a line search. */
const TRIALS = 30;
/** Longest step of any point, in radians: beyond, the tangent plane says nothing of the sphere. */
const LONGEST = 0.5;

/**
 * Minimises a smooth function of unit vectors: L-BFGS on a product of spheres (Nocedal and Wright 7.4; on manifolds Huang,
 * Gallivan, Absil 2015), with rescaling to unit norm as the retraction and projection to the tangent planes as the transport.
 * A backtracking line search (Armijo), so the value never rises.
 *
 * @param points - C unit rows, moved in place
 */
export function minimiseOnSpheres(
  points: Float64Array,
  objective: SphereObjective,
  { dim, evaluations: most, tolerance, signal, onStep }: SphereLbfgsOptions,
): SphereMinimum {
  const n = points.length;
  const rows = n / dim;
  let gradient = new Float64Array(n);
  let nextGradient = new Float64Array(n);
  const trial = new Float64Array(n);
  const direction = new Float64Array(n);
  const history: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  signal?.throwIfAborted();
  let value = objective(points, gradient);
  let evaluations = 1;
  projectToTangent(gradient, points, dim);
  const rms = (g: Float64Array): number => Math.sqrt(inner(g, g) / rows);
  let norm = rms(gradient);
  let descends = true;

  while (norm > tolerance && evaluations < most) {
    descend(direction, gradient, history);
    projectToTangent(direction, points, dim);
    let slope = inner(direction, gradient);
    if (!(slope < 0)) {
      history.length = 0;
      for (let k = 0; k < n; k++) direction[k] = -gradient[k];
      slope = -inner(gradient, gradient);
    }
    const longest = longestRow(direction, dim);
    let length = history.length === 0 ? Math.min(1, 0.1 / longest) : Math.min(1, LONGEST / longest);
    let accepted = false;
    for (let i = 0; i < TRIALS && evaluations < most; i++) {
      signal?.throwIfAborted();
      retract(trial, points, { direction, length, dim });
      const found = objective(trial, nextGradient);
      evaluations++;
      if (found <= value + SUFFICIENT * length * slope) {
        value = found;
        accepted = true;
        break;
      }
      length *= 0.5;
    }
    if (!accepted) {
      if (history.length === 0) {
        descends = evaluations >= most; // trials that were not made say nothing
        break;
      }
      history.length = 0;
      continue;
    }
    projectToTangent(nextGradient, trial, dim);
    const s = new Float64Array(n);
    const y = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      s[k] = length * direction[k];
      y[k] = gradient[k];
    }
    points.set(trial);
    projectToTangent(s, points, dim);
    projectToTangent(y, points, dim);
    for (let k = 0; k < n; k++) y[k] = nextGradient[k] - y[k];
    const curvature = inner(s, y);
    if (curvature > 1e-12 * Math.sqrt(inner(s, s) * inner(y, y))) {
      history.push({ s, y, rho: 1 / curvature });
      if (history.length > MEMORY) history.shift();
    }
    [gradient, nextGradient] = [nextGradient, gradient];
    norm = rms(gradient);
    onStep?.(value, norm);
  }
  const end = norm <= tolerance ? 'converged' : descends ? 'evaluations' : 'no-descent';
  return { value, gradientNorm: norm, evaluations, end };
}

/** direction = -H gradient by the two loops of L-BFGS. */
function descend(
  direction: Float64Array,
  gradient: Float64Array,
  history: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
): void {
  for (let k = 0; k < direction.length; k++) direction[k] = -gradient[k];
  const shares = new Float64Array(history.length);
  for (let i = history.length - 1; i >= 0; i--) {
    const { s, y, rho } = history[i];
    shares[i] = rho * inner(s, direction);
    addMultiple(direction, y, -shares[i]);
  }
  const last = history.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * inner(last.y, last.y));
    for (let k = 0; k < direction.length; k++) direction[k] *= scale;
  }
  for (const [i, { s, y, rho }] of history.entries())
    addMultiple(direction, s, shares[i] - rho * inner(y, direction));
}

/** Takes from each row of `vectors` its part along the unit row of `points`. */
export function projectToTangent(vectors: Float64Array, points: Float64Array, dim: number): void {
  for (let from = 0; from < points.length; from += dim) {
    let radial = 0;
    for (let k = from; k < from + dim; k++) radial += vectors[k] * points[k];
    for (let k = from; k < from + dim; k++) vectors[k] -= radial * points[k];
  }
}

function retract(
  to: Float64Array,
  points: Float64Array,
  by: { readonly direction: Float64Array; readonly length: number; readonly dim: number },
): void {
  const { direction, length, dim } = by;
  for (let from = 0; from < points.length; from += dim) {
    let squares = 0;
    for (let k = from; k < from + dim; k++) {
      to[k] = points[k] + length * direction[k];
      squares += to[k] * to[k];
    }
    const norm = Math.sqrt(squares); // >= 1: the direction is tangential
    for (let k = from; k < from + dim; k++) to[k] /= norm;
  }
}

function longestRow(vectors: Float64Array, dim: number): number {
  let longest = 0;
  for (let from = 0; from < vectors.length; from += dim) {
    let squares = 0;
    for (let k = from; k < from + dim; k++) squares += vectors[k] * vectors[k];
    longest = Math.max(longest, squares);
  }
  return Math.sqrt(longest);
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function addMultiple(to: Float64Array, by: Float64Array, factor: number): void {
  for (let k = 0; k < to.length; k++) to[k] += factor * by[k];
}
