import { casesPlot } from '../compare/outcome-plots.ts';
import { accuracyTable, detailTable } from '../compare/outcome-tables.ts';
import type { Outcome } from '../compare/outcome.ts';
import { runComparison } from '../compare/run-comparison.ts';
import type { Experiment } from '../experiment.ts';

/** Series, speech and tables instead of images. */
export const nonVision: Experiment<Outcome> = {
  name: 'non-vision',
  title: 'Data that are no images',
  question: 'Does what holds for images hold for time series, speech and tables?',
  setting:
    'JapaneseVowels and the spoken digits with four models for series, letters and adult with four models for tables; the clients of the spoken digits are their six speakers, those of the others a Dirichlet (0.1) partition among ten; recipe `two-cores/non-vision`.',
  compute: (context) =>
    runComparison('non-vision', context, { cases: ['vowels'], strategies: ['local', 'protonorm'] }),
  draw: (outcome) => [
    {
      suffix: '',
      alt: 'Accuracy by data set, a marker for each strategy',
      svg: casesPlot(outcome, 'Series, speech and tables: accuracy, ± standard error'),
    },
  ],
  tables: (outcome) => [accuracyTable(outcome), detailTable(outcome)],
};
