import { seriesColours } from '../chart/palette.ts';
import { isNumber } from '../format/format.ts';
import type { ReportInput, ReportRun } from './report-input.ts';

/** A run as the page shows it. */
export interface ShownRun extends ReportRun {
  readonly group: string;
  /** Number of its colour, marker and dash. */
  readonly look: number;
}

/** A report whose runs have different labels, a group and a look. */
export interface ShownInput extends ReportInput {
  readonly runs: readonly ShownRun[];
}

/** Runs that differ by their seed alone. */
export interface RunGroup {
  readonly name: string;
  readonly runs: readonly ShownRun[];
}

/** Gives each run a label of its own (the second 'FedProto' becomes 'FedProto (2)') and runs of a group one colour. */
export function shownInput(input: ReportInput): ShownInput {
  const taken = new Set<string>();
  const groups = new Map<string, number>();
  const named = input.runs.map((run) => {
    let label = run.label;
    for (let number = 2; taken.has(label); number++) label = `${run.label} (${number})`;
    taken.add(label);
    const group = run.group ?? label;
    const position = groups.get(group) ?? 0;
    groups.set(group, position + 1);
    return { ...run, label, group, position };
  });
  const order = [...groups.keys()];
  const colours = seriesColours.length;
  return {
    ...input,
    runs: named.map(({ position, ...run }, i) => ({
      ...run,
      look: order.length <= colours ? order.indexOf(run.group) + colours * position : i,
    })),
  };
}

/** The groups of some runs, in the order of their first runs. */
export function groupsOf(runs: readonly ShownRun[]): readonly RunGroup[] {
  const names = [...new Set(runs.map(({ group }) => group))];
  return names.map((name) => ({ name, runs: runs.filter(({ group }) => group === name) }));
}

/** Mean and range of a number over the runs of a group that have it. */
export function spreadOf(
  { runs }: RunGroup,
  valueOf: (run: ShownRun) => number | null,
): { readonly mean: number; readonly min: number; readonly max: number; readonly count: number } | undefined {
  const values = runs.map(valueOf).filter(isNumber);
  if (values.length === 0) return undefined;
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
  };
}
