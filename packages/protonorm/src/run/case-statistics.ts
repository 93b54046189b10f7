import type { ComparedRun } from '../output/comparison-table.ts';
import {
  pairedDifference,
  sampleStatistics,
  type SampleStatistics,
} from '../statistics/sample-statistics.ts';

/** A strategy in a case: its accuracy, mean of the last five rounds, over the seeds. */
export interface StrategyStatistics {
  readonly label: string;
  /** One for each seed; null where the run diverged or nothing could be evaluated. */
  readonly values: readonly (number | null)[];
  /** Null when a seed has no value: a mean over those that went well would flatter. */
  readonly last5: SampleStatistics | null;
}

/** The strategies of a case, in the order of the runs; all have the same seeds in the same order. */
export function strategyStatistics(runs: readonly ComparedRun[]): readonly StrategyStatistics[] {
  const labels = [...new Set(runs.map(({ label }) => label))];
  return labels.map((label) => {
    const values = runs
      .filter((run) => run.label === label)
      .map(({ results }) => results?.summary.last5 ?? null);
    const present = values.filter((value) => value !== null);
    return { label, values, last5: present.length < values.length ? null : sampleStatistics(present) };
  });
}

/** The focus of a comparison against another strategy. */
export interface Against {
  readonly label: string;
  /** The focus less the other, paired by seed. */
  readonly difference: SampleStatistics;
}

/** What a case says of the strategy in focus. */
export interface CaseVerdict {
  readonly focus: string;
  /** The one with the highest mean of the others; null when no other, or not the focus, has a mean. */
  readonly best: Against | null;
  /** Training alone; null when it was not compared, or is the focus. */
  readonly local: Against | null;
}

/**
 * Compares the strategy in focus with the best of the others and with training alone, by differences that are paired by
 * seed. The best one is chosen by the same numbers, which favours it: the focus has no advantage by that.
 */
export function caseVerdict(strategies: readonly StrategyStatistics[], focus: string): CaseVerdict {
  const own = strategies.find(({ label }) => label === focus);
  const against = (other: StrategyStatistics | undefined): Against | null => {
    if (own === undefined || own.last5 === null || other === undefined || other.last5 === null) return null;
    const difference = pairedDifference(own.values as number[], other.values as number[]);
    return difference && { label: other.label, difference };
  };
  const others = strategies.filter(({ label, last5 }) => label !== focus && last5 !== null);
  const best = others.reduce<StrategyStatistics | undefined>(
    (leader, other) => (leader === undefined || other.last5!.mean > leader.last5!.mean ? other : leader),
    undefined,
  );
  return { focus, best: against(best), local: against(others.find(({ label }) => label === 'local')) };
}

/** A strategy over all cases. */
export interface SummaryRow {
  readonly label: string;
  /** By the name of the case; null = no mean there. */
  readonly cases: Readonly<Record<string, SampleStatistics | null>>;
  /** Mean of the cases' means, each case counting the same; null when one is missing. */
  readonly mean: number | null;
}

/** The strategies over the cases that were compared. */
export function summaryRows(
  cases: readonly { readonly name: string; readonly strategies: readonly StrategyStatistics[] }[],
): readonly SummaryRow[] {
  const labels = [...new Set(cases.flatMap(({ strategies }) => strategies.map(({ label }) => label)))];
  return labels.map((label) => {
    const found = cases.map(
      ({ name, strategies }) =>
        [name, strategies.find((strategy) => strategy.label === label)?.last5 ?? null] as const,
    );
    const means = found.flatMap(([, last5]) => (last5 === null ? [] : [last5.mean]));
    return {
      label,
      cases: Object.fromEntries(found),
      mean: means.length < cases.length ? null : (sampleStatistics(means)?.mean ?? null),
    };
  });
}
