import { curvesPlot } from '../compare/outcome-plots.ts';
import { detailTable } from '../compare/outcome-tables.ts';
import type { Outcome } from '../compare/outcome.ts';
import { runComparison } from '../compare/run-comparison.ts';
import type { Experiment } from '../experiment.ts';

/** ProtoNorm beside the others where no two neighbours have the same architecture. */
export const heterogeneousCifar: Experiment<Outcome> = {
  name: 'heterogeneous-cifar',
  title: 'Different architectures on CIFAR-10',
  question:
    'Does ProtoNorm beat training alone, FedAvg and FedProto when clients have four different architectures?',
  setting:
    'Ten clients with a Dirichlet (0.1) partition of 2,000 images of CIFAR-10; ResNet-8, MobileNetV2, ShuffleNetV2 and EfficientNet-B0 in turn (FedAvg, which cannot mix them: ResNet-8 for all); recipe `two-cores/heterogeneous-cifar`.',
  compute: (context) =>
    runComparison('heterogeneous-cifar', context, { cases: ['ht0'], strategies: ['local', 'protonorm'] }),
  draw: ({ cases }) =>
    cases
      .filter(({ skipped }) => !skipped)
      .map((one) => ({
        suffix: '',
        alt: 'Accuracy over the rounds, a line for each strategy',
        svg: curvesPlot(one, 'CIFAR-10, 2,000 images, four architectures'),
      })),
  tables: (outcome) => [detailTable(outcome)],
};
