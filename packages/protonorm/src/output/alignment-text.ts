import type { AlignmentResult, Geometry } from '@protonorm/prototype-math';
import { textTable } from './text-table.ts';

/** An alignment as a command shows it. */
export interface AlignmentReport {
  readonly before: Geometry;
  readonly result: AlignmentResult;
  /** Where the result was written. */
  readonly out?: string | undefined;
}

/** The figures of an alignment for people. */
export function alignmentText({ before, result, out }: AlignmentReport): string {
  const { method, passes, stop, movement, geometry, warnings } = result;
  const { bound } = geometry;
  const stopped = {
    'early-stop': 'stopped early, as released',
    iterations: 'all passes made',
    'closed-form': 'closed form',
    empty: 'nothing to align',
  }[stop];
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
  return [
    `${geometry.classes} prototypes of dimension ${geometry.dim}; method ${method}, ${passes} passes (${stopped})`,
    '',
    figures,
    '',
    `movement of the unit vectors: rms ${movement.rms.toFixed(4)}, largest ${movement.max.toFixed(4)}`,
    ...(bound === null ? [] : [`best possible: ${bound.source} bound${attained}`]),
    ...warnings.map(({ code, message }) => `note (${code}): ${message}`),
    ...(out === undefined ? [] : [`written ${out}`]),
    '',
  ].join('\n');
}

/** The same for programs. */
export function alignmentJson({ before, result, out }: AlignmentReport): Record<string, unknown> {
  const { method, passes, stop, movement, geometry, warnings } = result;
  return {
    classes: geometry.classes,
    dim: geometry.dim,
    method,
    passes,
    stop,
    movement,
    bound: geometry.bound,
    before: angles(before),
    after: angles(geometry),
    warnings,
    out: out ?? null,
  };
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
