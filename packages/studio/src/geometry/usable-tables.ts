import { geometry, type Geometry } from '@protonorm/prototype-math';
import { checkPrototypes, isProtoNormError, type Prototypes } from '@protonorm/tensor';
import { thinOut } from '../chart/thin-out.ts';
import type { ReportRun } from '../report/report-input.ts';

/** The class tables of a run that can be measured and drawn. */
export interface UsableTables {
  /** Names of the tables, those before alignment first. */
  readonly names: readonly string[];
  /** Ascending rounds, with at least one table each. */
  readonly rounds: readonly {
    readonly round: number;
    readonly tables: Readonly<Record<string, Prototypes>>;
  }[];
  /** Measures of each table of `rounds`. */
  readonly geometries: ReadonlyMap<Prototypes, Geometry>;
  /** Tables left out, with the reason: what a diverged run may have written. */
  readonly broken: readonly { readonly round: number; readonly name: string; readonly reason: string }[];
  /** Not all rounds are here, there were too many. */
  readonly thinned: boolean;
}

/** Multiplications for all pairs of classes of a run: more would take longer than about half a second. */
const MOST_WORK = 6e8;
const MOST_ROUNDS = 120;

/** Chooses, checks and measures the tables of a run. */
export function usableTables(run: ReportRun): UsableTables {
  const broken: { round: number; name: string; reason: string }[] = [];
  const checked = run.prototypes.flatMap(({ round, tables }) => {
    const whole = Object.entries(tables).filter(([name, table]) => {
      const reason = problemOf(table);
      if (reason !== undefined) broken.push({ round, name, reason });
      return reason === undefined && table.classes.length > 0;
    });
    return whole.length === 0 ? [] : [{ round, tables: Object.fromEntries(whole) }];
  });
  const work = checked.reduce(
    (most, { tables }) =>
      Math.max(
        most,
        Object.values(tables).reduce((sum, { dim, classes }) => sum + classes.length ** 2 * dim, 0),
      ),
    1,
  );
  const rounds = thinOut(checked, Math.max(2, Math.min(MOST_ROUNDS, Math.floor(MOST_WORK / work))));
  const names = [...new Set(rounds.flatMap(({ tables }) => Object.keys(tables)))].sort(
    (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
  );
  const geometries = new Map(
    rounds.flatMap(({ tables }) => Object.values(tables).map((table) => [table, geometry(table)] as const)),
  );
  return { names, rounds, geometries, broken, thinned: rounds.length < checked.length };
}

const LABELS: Readonly<Record<string, string>> = {
  aggregated: 'Aggregated, before alignment',
  prototypes: 'Sent to the clients',
};

/** What the page calls a table. */
export function tableLabel(name: string, { names }: Pick<UsableTables, 'names'>): string {
  if (name === 'prototypes' && names.includes('aggregated')) return 'Sent to the clients, after alignment';
  return Object.hasOwn(LABELS, name) ? LABELS[name] : name;
}

/** The table that went down to the clients, or the last one if none has that name. */
export function mainTable({ names }: Pick<UsableTables, 'names'>): string | undefined {
  return names.includes('prototypes') ? 'prototypes' : names.at(-1);
}

function rank(name: string): number {
  return name === 'aggregated' ? 0 : name === 'prototypes' ? 1 : 2;
}

function problemOf(table: Prototypes): string | undefined {
  try {
    checkPrototypes(table, 'The table');
    return undefined;
  } catch (error) {
    if (!isProtoNormError(error)) throw error;
    return error.message;
  }
}
