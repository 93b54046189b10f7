import { compact, decimal, integer, MISSING } from '../../../format/format.ts';
import type { TableContent } from '../dom/data-table.ts';
import type { TableMeasure } from '../measure/table-measure.ts';

/** The numbers of each class: what the sphere shows, for everybody. */
export function classesTable(measure: TableMeasure, names: readonly string[]): TableContent {
  return {
    caption: `Prototypes of each class after round ${measure.round + 1}`,
    head: ['Class', 'Samples', 'Norm', 'Nearest class', 'Angle to it', 'Drift since the round before'],
    rows: measure.classes.map((_, i) => {
      const nearest = measure.nearest[i];
      const drift = measure.drift[i];
      return [
        names[i],
        integer(measure.counts[i]),
        compact(measure.norms[i]),
        nearest === null ? MISSING : names[nearest.at],
        nearest === null ? MISSING : `${decimal(nearest.degrees, 1)}°`,
        drift === null ? MISSING : `${decimal(drift, 1)}°`,
      ];
    }),
  };
}
