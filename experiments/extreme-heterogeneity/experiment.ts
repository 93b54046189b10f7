import { renderSummaryPlot } from '@protonorm/studio';
import { meanAndError, type MeanAndError } from '../compare/mean-and-error.ts';
import { linesPlot } from '../compare/outcome-plots.ts';
import { accuracyNote, accuracyTable } from '../compare/outcome-tables.ts';
import { labelsOf, strategyOf, type CaseOutcome, type Outcome } from '../compare/outcome.ts';
import { runComparison } from '../compare/run-comparison.ts';
import type { Experiment } from '../experiment.ts';
import { accuracyText } from '../text.ts';

/** From one dense layer to EfficientNet-B0 in one federation. */
export const extremeHeterogeneity: Experiment<Outcome> = {
  name: 'extreme-heterogeneity',
  title: 'From one dense layer to EfficientNet-B0',
  question:
    'Do very small and very large models gain from each other, and how many features should they share?',
  setting:
    'Eight clients with a model each and a Dirichlet (0.1) partition of 2,000 images of CIFAR-10. A client is a model and a partition at once: compare strategies within a model, not models with each other. Recipe `two-cores/extreme-heterogeneity`.',
  compute: (context) =>
    runComparison('extreme-heterogeneity', context, { cases: ['d16'], strategies: ['local', 'protonorm'] }),
  draw(outcome) {
    const shown = outcome.cases.find(({ name, skipped }) => name === MODELS_SHOWN && !skipped);
    const labels = labelsOf(outcome);
    return [
      {
        suffix: '',
        alt: 'Accuracy over the number of features, a line for each strategy',
        svg: linesPlot(
          labels.map((label) => ({ label, strategy: label, cases: outcome.cases })),
          { title: 'Eight models: accuracy by features', xLabel: 'features', x: (one) => one.features },
        ),
      },
      ...(shown === undefined
        ? []
        : [
            {
              suffix: 'models',
              alt: 'Accuracy of each model, a marker for each strategy',
              svg: renderSummaryPlot({
                title: `Accuracy of each model with ${shown.features} features`,
                cases: modelsOf(shown),
                strategies: labels.map((label) => ({
                  label,
                  values: modelsOf(shown).map((model) => ofModel(shown, { label, model })),
                })),
              }),
            },
          ]),
    ];
  },
  tables(outcome) {
    const labels = labelsOf(outcome);
    return [
      accuracyTable(outcome, { head: ['features'], cells: ({ features }) => [String(features)] }),
      {
        caption: `By model. ${accuracyNote(outcome)}`,
        head: ['features', 'model', ...labels],
        rows: outcome.cases.flatMap((one) =>
          modelsOf(one).map((model) => [
            String(one.features),
            model,
            ...labels.map((label) => accuracyText(ofModel(one, { label, model }))),
          ]),
        ),
      },
    ];
  },
};

/** The case whose models are drawn. */
const MODELS_SHOWN = 'd512';

function modelsOf({ strategies }: CaseOutcome): readonly string[] {
  return [...new Set(strategies.flatMap(({ runs }) => runs.flatMap(({ byModel }) => Object.keys(byModel))))];
}

function ofModel(
  one: CaseOutcome,
  { label, model }: { readonly label: string; readonly model: string },
): MeanAndError | null {
  const runs = strategyOf(one, label)?.runs ?? [];
  return meanAndError(runs.map(({ byModel }) => byModel[model] ?? null));
}
