import { ProtoNormError } from '@protonorm/tensor';
import { addProduct } from '../linear-algebra/add-product.ts';
import { wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { multiplyTransposed } from '../linear-algebra/multiply-transposed.ts';
import { assignCodewords, type AssignmentSearch } from '../templates/assign-codewords.ts';
import { canonicalOrder } from '../linear-algebra/canonical-order.ts';
import { writeCodeword } from '../templates/codewords.ts';
import { leadingSubspace } from '../templates/leading-subspace.ts';
import { largestTemplate, LEAST_TEMPLATE_DIMENSION, type LineTemplate } from '../templates/line-template.ts';
import type { AlignOptions } from './align-options.ts';
import { coincidenceWarnings } from './coincidence-warnings.ts';
import type { AlignmentProblem, AlignmentSolution } from './solver.ts';

/** What is searched by default: more bases cost time in proportion and move the prototypes hardly less. */
const DEFAULT_FORMS = 64;
/** ... and so many codewords for each class at least. */
const DEFAULT_CHOICE = 2;

/** Options of the algebraic templates. */
export interface TemplateOptions {
  /**
   * Most bases of the template that are searched: one for each quadratic form, and the axes where d' = 4^k; each has
   * 2 d' codewords. An integer >= 1; more than there are means all.
   * @defaultValue 64, or more to have 2 codewords for each class
   */
  readonly forms?: number | undefined;
}

/**
 * Targets from an algebraic packing of lines whose largest cosine is known exactly ({@link largestTemplate}): real mutually
 * unbiased bases (Kerdock code) with 1/sqrt(d) for d = 4^k and up to d (d + 2) classes, Gold forms with sqrt(2/d) for
 * d = 2^m, m odd, and up to 2 d^2. More classes get the first Delsarte-Goethals set that has room, each of which doubles
 * the cosine: 131,200 in 64 dimensions with 1/4. Every prototype gets a codeword of its own near it
 * ({@link assignCodewords}), so no pair of targets is worse than that, at C d log d cost for each basis searched:
 * (100000, 64) takes about a minute and 260 MB. The price is movement: far more than that of the iterative methods, as the
 * codewords stand where they stand. One prototype alone stays where it is.
 *
 * In other dimensions the template of the largest power of two d' below lies in the subspace of the leading principal
 * directions of the prototypes ({@link leadingSubspace}). Nothing is drawn at random, and the same prototypes in another
 * order get the same targets.
 *
 * @throws `infeasible-alignment` for d < 4 and for more classes than the largest template, or the forms, have points;
 *   `invalid-argument` for other forms than integers >= 1; the signal's reason when aborted
 */
export function templateSolver(
  problem: AlignmentProblem,
  options: AlignOptions & TemplateOptions,
): AlignmentSolution {
  const { directions } = problem;
  const { signal } = options;
  const { rows: count, cols: d } = directions;
  const template = templateFor(count, d);
  const bases = readForms(count, template, options.forms);
  const order = canonicalOrder(directions);
  signal?.throwIfAborted();
  const search = { bases, order, signal };
  const solve = template.dim === d ? alignInSpace : alignInSubspace;
  return {
    vectors: count === 1 ? directions.data.slice() : solve(directions, template, search),
    passes: 0,
    stop: 'closed-form',
    meanForce: new Float64Array(0),
    warnings: coincidenceWarnings(problem),
  };
}

function alignInSpace(directions: Block, template: LineTemplate, search: AssignmentSearch): Float64Array {
  const targets = new Float64Array(directions.rows * template.dim);
  writeCodewords(targets, template, assignCodewords(directions, template, search));
  return targets;
}

function alignInSubspace(directions: Block, template: LineTemplate, search: AssignmentSearch): Float64Array {
  const { rows: count, cols: d } = directions;
  const basis = leadingSubspace(directions, template.dim, search.order);
  search.signal?.throwIfAborted();
  const inside = wholeMatrix(new Float64Array(count * template.dim), count, template.dim);
  multiplyTransposed(inside, directions, basis);
  writeCodewords(inside.data, template, assignCodewords(inside, template, search));
  const targets = new Float64Array(count * d);
  addProduct(wholeMatrix(targets, count, d), inside, basis);
  return targets;
}

/** Overwrites the rows of a matrix, shape [C * dim], with codewords. */
function writeCodewords(rows: Float64Array, template: LineTemplate, numbers: Float64Array): void {
  const { dim } = template;
  numbers.forEach((number, row) => {
    writeCodeword(template, number, rows.subarray(row * dim, (row + 1) * dim));
  });
}

function templateFor(count: number, d: number): LineTemplate {
  const template = largestTemplate(d, count);
  if (template === undefined) {
    throw new ProtoNormError('infeasible-alignment', `There is no template in ${d} dimensions.`, {
      received: d,
      expected: `at least ${LEAST_TEMPLATE_DIMENSION} dimensions`,
      hint: "Use method 'auto', or features of more dimensions.",
    });
  }
  if (count > template.points) {
    throw new ProtoNormError(
      'infeasible-alignment',
      `${count} classes are more than any template has points in ${template.dim} of ${d} dimensions.`,
      {
        received: count,
        expected: `at most ${template.points} classes`,
        hint: "Use method 'auto', or features of more dimensions.",
      },
    );
  }
  return template;
}

/** How many bases are searched. */
function readForms(count: number, { dim, bases }: LineTemplate, forms?: number): number {
  const needed = Math.ceil(count / (2 * dim));
  const wanted = forms ?? Math.max(DEFAULT_FORMS, DEFAULT_CHOICE * needed);
  if (!(Number.isSafeInteger(wanted) && wanted >= 1)) {
    throw new ProtoNormError(
      'invalid-argument',
      `forms must be an integer >= 1, received ${String(forms)}.`,
      { received: forms, expected: 'an integer >= 1' },
    );
  }
  if (wanted < needed) {
    throw new ProtoNormError(
      'infeasible-alignment',
      `${wanted} forms have ${wanted * 2 * dim} codewords, fewer than the ${count} classes.`,
      {
        received: wanted,
        expected: `at least ${needed} forms`,
        hint: 'Leave forms out for the default.',
      },
    );
  }
  return Math.min(wanted, bases);
}
