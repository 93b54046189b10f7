import { casesPlot } from '../compare/outcome-plots.ts';
import { accuracyTable, detailTable } from '../compare/outcome-tables.ts';
import type { Outcome } from '../compare/outcome.ts';
import { runComparison } from '../compare/run-comparison.ts';
import type { Experiment } from '../experiment.ts';

/** The default ProtoNorm, untouched, beside the released one and the baselines. */
export const protonorm: Experiment<Outcome> = {
  name: 'protonorm',
  title: 'The default ProtoNorm, untuned',
  question: 'Is `protonorm@2`, as it comes, the best choice whatever the data and the models?',
  setting:
    'Digits with four models, 2,000 images of CIFAR-10 with one and with four models, JapaneseVowels and letters with four models each; ten clients, Dirichlet (0.1), SGD at .01; partitions 1 to 3; recipe `two-cores/protonorm`.',
  compute: (context) =>
    runComparison('protonorm', context, { cases: ['digits'], strategies: ['local', 'protonorm'] }),
  draw: (outcome) => [
    {
      suffix: '',
      alt: 'Accuracy by data set, a marker for each strategy',
      svg: casesPlot(outcome, 'Images, a time series and a table: accuracy, ± standard error'),
    },
  ],
  tables: (outcome) => [accuracyTable(outcome), detailTable(outcome)],
};
