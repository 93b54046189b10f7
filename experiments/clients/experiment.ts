import { linesPlot, type CasesLine } from '../compare/outcome-plots.ts';
import { accuracyTable } from '../compare/outcome-tables.ts';
import type { Outcome } from '../compare/outcome.ts';
import { runComparison } from '../compare/run-comparison.ts';
import type { Experiment } from '../experiment.ts';

/** From ten clients that all train to five hundred of which fifty do. */
export const clients: Experiment<Outcome> = {
  name: 'clients',
  title: 'Many clients, few of them at a time',
  question:
    'What becomes of the accuracy with up to 500 clients, of which all, half or a tenth train in a round?',
  setting:
    'The 20,000 samples of the letters, shared out anew for each number of clients by a Dirichlet (0.1) partition, so that a client of 500 has 40 samples on average; four models for tables; the same number of rounds for all, so that a client that takes part in a tenth of them trains a tenth as much; recipe `two-cores/clients`.',
  compute: (context) =>
    runComparison('clients', context, { cases: ['10-all', '10-half'], strategies: ['local', 'protonorm'] }),
  draw: (outcome) => [
    {
      suffix: '',
      alt: 'Accuracy of protonorm and local over the number of clients, a line for each participation',
      svg: plot(outcome, ['protonorm', 'local'], 'Letters: accuracy by clients and share that trains'),
    },
    {
      suffix: 'others',
      alt: 'Accuracy of fedproto and protonorm-reference over the number of clients, a line for each participation',
      svg: plot(outcome, ['fedproto', 'protonorm-reference'], 'Letters: the others'),
    },
  ],
  tables: (outcome) => [
    accuracyTable(outcome, {
      head: ['clients', 'participation'],
      cells: (one) => [one.skipped ? one.name : String(one.clients), String(one.participation)],
    }),
  ],
};

function plot(outcome: Outcome, strategies: readonly string[], title: string): string {
  const shares = [...new Set(outcome.cases.map(({ participation }) => participation))].sort((a, b) => b - a);
  const lines = strategies.flatMap((strategy) =>
    shares.map((share): CasesLine => ({
      label: `${strategy}, ${share === 1 ? 'all' : `${100 * share} %`}`,
      strategy,
      cases: outcome.cases.filter(({ participation }) => participation === share),
    })),
  );
  return linesPlot(lines, { title, xLabel: 'clients', x: (one) => one.clients });
}
