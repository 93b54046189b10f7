import type { AlignmentWarning, Geometry } from '@protonorm/prototype-math';
import type { Alignment } from '../align/align-table.ts';
import { textTable } from './text-table.ts';

/** An alignment as a command shows it. */
export interface AlignmentReport extends Alignment {
  /** Length of the written rows. */
  readonly scale: number;
  /** Where the result was written. */
  readonly out?: string | undefined;
  /** What of the table has no place in that file. */
  readonly notKept: readonly string[];
}

/** Why a method ended, in words; a reason that is not here is shown by its name. */
const STOPS: Readonly<Partial<Record<string, string>>> = {
  'early-stop': 'stopped early, as released',
  iterations: 'all passes made',
  'closed-form': 'closed form',
  converged: 'converged',
  'no-descent': 'no step lowers the energy any more',
  empty: 'nothing to align',
};

/** The figures of an alignment for people. */
export function alignmentText(report: AlignmentReport): string {
  const { before, result, linearAlgebra, seconds, scale, out, notKept } = report;
  const { method, passes, stop, movement, identity, geometry } = result;
  const { bound, gap } = geometry;
  const figures = textTable(
    ['', 'before', 'after', 'best possible'],
    [
      ['largest cosine', cosine(before.maxCosine), cosine(geometry.maxCosine), cosine(bound?.cosine)],
      [
        'smallest angle',
        degrees(before.smallestAngleRad),
        degrees(geometry.smallestAngleRad),
        bestAngle(bound),
      ],
      ['mean cosine', cosine(before.meanCosine), cosine(geometry.meanCosine), ''],
    ],
  );
  const attained =
    bound === null ? '' : bound.attained ? ', attained by some arrangement' : ', perhaps not attained';
  const made = `${passes} passes (${STOPS[stop] ?? stop}), ${seconds.toFixed(2)} s on ${linearAlgebra}`;
  return [
    `${geometry.classes} prototypes of dimension ${geometry.dim}; method ${method}, ${made}`,
    '',
    figures,
    '',
    `movement of the unit vectors: rms ${movement.rms.toFixed(4)}, largest ${movement.max.toFixed(4)}`,
    `classes still nearest to their own target: ${(100 * identity).toFixed(1)} %`,
    ...(bound === null || gap === null
      ? []
      : [`best possible: ${bound.source} bound${attained}; gap ${gap.toPrecision(2)}`]),
    ...warningsOf(report).map(
      ({ code, message, classNames }) => `note (${code}): ${message}${inBrackets(classNames)}`,
    ),
    ...(notKept.length === 0 ? [] : [`note (not-kept): ${out} has no place for ${notKept.join(', ')}.`]),
    ...(out === undefined ? [] : [`written ${out}${scale === 1 ? '' : `, rows of length ${scale}`}`]),
    '',
  ].join('\n');
}

/** The same for programs. */
export function alignmentJson(report: AlignmentReport): Record<string, unknown> {
  const { before, result, linearAlgebra, seconds, scale, out, notKept } = report;
  const { method, passes, stop, movement, identity, geometry } = result;
  return {
    classes: geometry.classes,
    dim: geometry.dim,
    method,
    passes,
    stop,
    seconds,
    linearAlgebra,
    movement,
    identity,
    bound: geometry.bound,
    gap: geometry.gap,
    before: angles(before),
    after: angles(geometry),
    warnings: warningsOf(report),
    scale,
    out: out ?? null,
    notKept,
  };
}

/** The warnings, with the names of their classes where these have names. */
function warningsOf({
  result,
  classNames,
}: Alignment): (AlignmentWarning & { readonly classNames?: readonly string[] })[] {
  return result.warnings.map((warning) =>
    classNames === undefined
      ? warning
      : { ...warning, classNames: warning.classes.map((label) => classNames[label]) },
  );
}

function inBrackets(names: readonly string[] | undefined): string {
  return names === undefined ? '' : ` (${names.map((name) => `'${name}'`).join(', ')})`;
}

function angles({ maxCosine, meanCosine, minCosine, smallestAngleRad, closestPair }: Geometry) {
  return { maxCosine, meanCosine, minCosine, smallestAngleRad, closestPair };
}

function cosine(value: number | null | undefined): string {
  return value === null || value === undefined ? '—' : value.toFixed(4);
}

function degrees(radians: number | null): string {
  return radians === null ? '—' : `${((radians * 180) / Math.PI).toFixed(2)}°`;
}

function bestAngle(bound: Geometry['bound']): string {
  return bound === null ? '—' : degrees(Math.acos(bound.cosine));
}
