import type { AlignmentProblem, AlignmentWarning } from './solver.ts';

/** One warning for each group of classes with one direction: the method tells them apart, the prototypes did not. */
export function coincidenceWarnings({ coinciding, classes }: AlignmentProblem): AlignmentWarning[] {
  return coinciding.map((group) => {
    const members = group.map((row) => classes[row]);
    return {
      code: 'coinciding-prototypes',
      message: `Classes ${members.join(', ')} have the same direction; their targets could as well be exchanged.`,
      classes: members,
    };
  });
}
