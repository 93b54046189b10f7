import { renderLinePlot, renderSummaryPlot, type LinePlotInput } from '@protonorm/studio';
import { meanAndError } from './mean-and-error.ts';
import { labelsOf, type CaseOutcome, type Outcome } from './outcome.ts';
import { last5Of } from './outcome-tables.ts';

/** Accuracy over the rounds of a case, with a band of a standard error. */
export function curvesPlot({ strategies, rounds }: CaseOutcome, title: string): string {
  return renderLinePlot({
    title,
    x: { label: 'round' },
    y: { label: 'accuracy', percent: true },
    errors: 'bands',
    series: strategies.map(({ label, runs }) => ({
      label,
      points: Array.from({ length: rounds + 1 }, (_, x) => {
        const value = meanAndError(runs.map(({ curve }) => curve[x] ?? null));
        return { x, y: value?.mean ?? null, error: value?.error ?? null };
      }),
    })),
  });
}

/** A row for each case that has data, a marker for each strategy. */
export function casesPlot(outcome: Outcome, title: string): string {
  const shown = outcome.cases.filter(({ skipped }) => !skipped);
  return renderSummaryPlot({
    title,
    cases: shown.map(({ name }) => name),
    strategies: labelsOf(outcome).map((label) => ({
      label,
      values: shown.map((one) => last5Of(one, label)),
    })),
  });
}

/** A line of accuracies over a number of the cases. */
export interface CasesLine {
  readonly label: string;
  /** Of the recipe. */
  readonly strategy: string;
  readonly cases: readonly CaseOutcome[];
}

/** Accuracies of cases over a number that they differ by, on a logarithmic axis. */
export function linesPlot(
  lines: readonly CasesLine[],
  options: {
    readonly title: string;
    readonly xLabel: string;
    /** Null: the case has no point. */
    readonly x: (one: CaseOutcome, strategy: string) => number | null;
    readonly references?: LinePlotInput['references'];
  },
): string {
  const { title, xLabel, x, references } = options;
  return renderLinePlot({
    title,
    x: { label: xLabel, log: true },
    y: { label: 'accuracy', percent: true },
    ...(references && { references }),
    series: lines.map(({ label, strategy, cases }) => ({
      label,
      points: cases
        .filter(({ skipped }) => !skipped)
        .flatMap((one) => {
          const at = x(one, strategy);
          const value = last5Of(one, strategy);
          return at === null ? [] : [{ x: at, y: value?.mean ?? null, error: value?.error ?? null }];
        })
        .sort((a, b) => a.x - b.x),
    })),
  });
}
