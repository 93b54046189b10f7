import { drawDirection, scaleToUnit } from '../class-table/unit-rows.ts';
import { rowBlock, wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { blockNorm, projectOut } from '../linear-algebra/orthonormal-rows.ts';
import type { AlignmentProblem, AlignmentWarning } from './solver.ts';

/** Below this share of a row's norm, what no earlier row spans is the rounding of float32 input. */
const RANK_TOLERANCE = 1e-5;
/** Length of the seeded directions by which points leave a place where no force would move them. */
const NUDGE = 1e-2;

/**
 * Where iterative methods begin: the directions of the prototypes from their own mean, which has no part in a spread
 * arrangement. Prototypes that share a direction, and all of them where they span less than the space, get a small seeded
 * nudge that depends on the class: forces are combinations of the points, and would leave both as they are for ever.
 *
 * @param points - shape [C, d], overwritten with unit rows
 */
export function startAroundMean(
  { directions, classes, coinciding, rng }: AlignmentProblem,
  points: Block,
): { readonly warnings: readonly AlignmentWarning[] } {
  const { rows, cols, data, offset } = directions;
  const mean = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let k = 0; k < cols; k++) mean[k] += data[offset + i * cols + k] / rows;
  const nudges = rng.split('nudge');
  const row = (i: number): Float64Array =>
    points.data.subarray(points.offset + i * cols, points.offset + (i + 1) * cols);
  for (let i = 0; i < rows; i++) {
    const point = row(i);
    for (let k = 0; k < cols; k++) point[k] = data[offset + i * cols + k] - mean[k];
    // Nothing but rounding is left of a prototype at the mean.
    if (blockNorm(rowBlock(points, i, 1)) < 1e-12 || !scaleToUnit(point))
      drawDirection(point, nudges.split('at-mean', classes[i]));
  }
  const nudge = (i: number): void => {
    const direction = new Float64Array(cols);
    drawDirection(direction, nudges.split(classes[i]));
    const point = row(i);
    for (let k = 0; k < cols; k++) point[k] += NUDGE * direction[k];
    scaleToUnit(point);
  };
  const warnings: AlignmentWarning[] = [];
  const missing = missingDirections(points);
  if (missing > 0) {
    for (let i = 0; i < rows; i++) nudge(i);
    warnings.push({
      code: 'rank-deficient',
      message: `The prototypes leave ${missing} of ${cols} dimensions empty; small seeded steps lead into them.`,
      classes: Array.from(classes),
    });
  } else for (const group of coinciding) for (const i of group) nudge(i);
  for (const group of coinciding) {
    const members = group.map((i) => classes[i]);
    warnings.push({
      code: 'coinciding-prototypes',
      message: `Classes ${members.join(', ')} have the same direction; which way each goes was drawn at random.`,
      classes: members,
    });
  }
  return { warnings };
}

/** Dimensions that the points span less than they could, min(C - 1, d); ends at the first rows that span all. */
function missingDirections(points: Block): number {
  const { rows, cols } = points;
  const most = Math.min(rows - 1, cols);
  const basis = wholeMatrix(new Float64Array(most * cols), most, cols);
  const rest = wholeMatrix(new Float64Array(cols), 1, cols);
  let rank = 0;
  for (let i = 0; i < rows && rank < most; i++) {
    const from = points.offset + i * cols;
    rest.data.set(points.data.subarray(from, from + cols));
    const left = projectOut(rest, basis, { rank });
    if (left <= RANK_TOLERANCE) continue;
    for (let k = 0; k < cols; k++) basis.data[rank * cols + k] = rest.data[k] / left;
    rank++;
  }
  return most - rank;
}
