import { drift, type Drift, type Geometry } from '@protonorm/prototype-math';
import type { UsableTables } from './usable-tables.ts';

/** A table of a round, measured. */
export interface MeasuredTable {
  readonly round: number;
  readonly geometry: Geometry;
  /** Since the measured round before; null for the first, and where the dimension changed. */
  readonly drift: Drift | null;
}

/** Measures one table of a run in every round that has it. */
export function measureTable(usable: UsableTables, name: string): readonly MeasuredTable[] {
  const tables = usable.rounds.flatMap(({ round, tables }) =>
    Object.hasOwn(tables, name) ? [{ round, table: tables[name] }] : [],
  );
  return tables.map(({ round, table }, i) => {
    const before = tables[i - 1]?.table;
    return {
      round,
      geometry: usable.geometries.get(table)!,
      drift: before !== undefined && before.dim === table.dim ? drift(before, table) : null,
    };
  });
}
