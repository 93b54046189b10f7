import { isProtoNormError, type Prototypes } from '@protonorm/tensor';
import { measureTable } from './measure-table.ts';
import type { Point3, TableMeasure } from './table-measure.ts';

/** Tables of a round to measure. */
export interface MeasureRequest {
  /** Which run: another one begins anew. */
  readonly run: number;
  readonly round: number;
  readonly tables: Readonly<Record<string, Prototypes>>;
}

export interface MeasureAnswer {
  readonly run: number;
  readonly round: number;
  readonly measures: readonly TableMeasure[];
  /** Tables that cannot be measured, and why. */
  readonly problems: readonly { readonly name: string; readonly reason: string }[];
}

/** Measures the tables of a run, each against that of the round before. */
export class RunMeasures {
  #run: number | undefined;
  readonly #tables = new Map<string, Prototypes>();
  /** By table; of a table that is new, where any other one has the class. */
  readonly #points = new Map<string, ReadonlyMap<number, Point3>>();

  measure({ run, round, tables }: MeasureRequest): MeasureAnswer {
    if (run !== this.#run) {
      this.#run = run;
      this.#tables.clear();
      this.#points.clear();
    }
    const measures: TableMeasure[] = [];
    const problems: { name: string; reason: string }[] = [];
    for (const [name, table] of Object.entries(tables)) {
      if (table.classes.length === 0) continue;
      try {
        const points = this.#points.get(name) ?? [...this.#points.values()].at(-1) ?? new Map();
        const measure = measureTable(table, {
          name,
          round,
          before: { table: this.#tables.get(name), points },
        });
        measures.push(measure);
        this.#tables.set(name, table);
        if (measure.picture !== null) {
          const places = measure.picture.points;
          this.#points.set(name, new Map(measure.classes.map((label, i) => [label, places[i]])));
        }
      } catch (error) {
        if (!isProtoNormError(error)) throw error;
        problems.push({ name, reason: error.message });
      }
    }
    return { run, round, measures, problems };
  }
}
