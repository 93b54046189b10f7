import type { Table } from '../experiment.ts';
import { accuracyText, countText, MISSING } from '../text.ts';
import { meanAndError } from './mean-and-error.ts';
import { labelsOf, strategyOf, valuesOf, type CaseOutcome, type Outcome } from './outcome.ts';

/** What the tables and pictures of accuracies need said beside them. */
export function accuracyNote({ seeds }: Outcome): string {
  return `Accuracy in per cent: share of all clients' test samples, mean of the last five evaluations${
    seeds.length > 1 ? `, ± standard error over ${seeds.length} seeds` : ', one seed'
  }.`;
}

/** A row for each case, a column for each strategy. */
export function accuracyTable(outcome: Outcome, columns: CaseColumns = caseColumn): Table {
  const labels = labelsOf(outcome);
  return {
    caption: accuracyNote(outcome),
    head: [...columns.head, ...labels],
    rows: outcome.cases.map((one) => [
      ...columns.cells(one),
      ...labels.map((label) => (one.skipped ? 'no data' : accuracyText(last5Of(one, label)))),
    ]),
  };
}

/** What stands before the accuracies of a case. */
export interface CaseColumns {
  readonly head: readonly string[];
  readonly cells: (one: CaseOutcome) => readonly string[];
}

const caseColumn: CaseColumns = { head: ['case'], cells: ({ name }) => [name] };

/** A row for each strategy of each case: last five, best, and the bytes of a message. */
export function detailTable(outcome: Outcome): Table {
  return {
    caption: `${accuracyNote(outcome)} The best over the rounds is chosen on the test samples: compare the last five instead. Bytes: mean encoded message of a client in a round.`,
    head: ['case', 'strategy', 'last five', 'best', 'bytes up', 'bytes down'],
    rows: outcome.cases.flatMap((one) =>
      one.skipped
        ? [[one.name, 'no data', MISSING, MISSING, MISSING, MISSING]]
        : one.strategies.map((strategy) => [
            one.name,
            strategy.label,
            accuracyText(meanAndError(valuesOf(strategy, 'last5'))),
            accuracyText(meanAndError(valuesOf(strategy, 'best'))),
            countText(meanAndError(valuesOf(strategy, 'bytesUp'))?.mean ?? null),
            countText(meanAndError(valuesOf(strategy, 'bytesDown'))?.mean ?? null),
          ]),
    ),
  };
}

/** Mean of the last five evaluations over the seeds; null where there is none. */
export function last5Of(one: CaseOutcome, label: string): ReturnType<typeof meanAndError> {
  const strategy = strategyOf(one, label);
  return strategy === undefined ? null : meanAndError(valuesOf(strategy, 'last5'));
}
