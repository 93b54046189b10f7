import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTables } from '@protonorm/fl-server/file-store';
import type { Prototypes } from '@protonorm/prototype-math';
import { renderLinePlot } from '@protonorm/studio';
import { inputOf } from '../../benchmarks/alignment/inputs.ts';
import { meanAndError } from '../compare/mean-and-error.ts';
import { accuracyNote, last5Of } from '../compare/outcome-tables.ts';
import { valuesOf, type CaseOutcome, type Outcome } from '../compare/outcome.ts';
import { runFolder } from '../compare/read-outcome.ts';
import { runComparison } from '../compare/run-comparison.ts';
import type { Experiment, Table } from '../experiment.ts';
import { accuracyText, cosineText, MISSING } from '../text.ts';
import { settingOf, type Setting } from './grid.ts';
import { separations, type Separation } from './separation.ts';

interface Data {
  readonly separation: readonly Separation[];
  readonly accuracy: Outcome;
}

/** The strategy whose prototypes are aligned with every setting. */
const RELEASED = 'released';

/** What learning rate, passes and momentum of the released alignment do. */
export const paSensitivity: Experiment<Data> = {
  name: 'pa-sensitivity',
  title: 'Sensitivity of the alignment',
  question:
    'How much do the learning rate, the passes and the momentum of the released alignment matter, for the separation of the prototypes and for the accuracy?',
  setting:
    'Separation: largest cosine of two prototypes, without the early stop; of the ten digits after one round of the run below, and of 100 rows as untrained ReLU networks give them. Accuracy: digits, ten clients with a Dirichlet (0.1) partition and four models, prediction by the nearest prototype; recipe `two-cores/pa-sensitivity`.',
  async compute(context) {
    const accuracy = await runComparison('pa-sensitivity', context, {
      cases: ['digits'],
      strategies: [RELEASED, 'auto'],
    });
    const tables = [
      { input: 'digits after one round', prototypes: afterOneRound(context.folder) },
      { input: '100 rows as of untrained ReLU networks', prototypes: inputOf(100, 512, { kind: 'relu' }) },
    ];
    return { separation: await separations(tables, context), accuracy };
  },
  draw: ({ separation, accuracy }) => {
    const [digits] = accuracy.cases;
    return [
      {
        suffix: '',
        alt: 'Largest cosine over the learning rate, lines for passes and momentum',
        svg: separationPlot(separation.at(-1)!),
      },
      {
        suffix: 'accuracy',
        alt: 'Accuracy on the digits over the learning rate, lines for passes and momentum',
        svg: accuracyPlot(digits),
      },
    ];
  },
  tables: ({ separation, accuracy }) => [
    ...separation.map(separationTable),
    {
      caption: `${accuracyNote(accuracy)} Released: learning rate 0.1, momentum 0.9, at most 500 passes, with the early stop.`,
      head: ['learning rate', 'passes', 'momentum', 'last five', 'best'],
      rows: accuracy.cases[0].strategies.map((strategy) => {
        const setting = settingOf(strategy.label);
        return [
          ...(setting === undefined
            ? [strategy.label, MISSING, MISSING]
            : [setting.learningRate, setting.passes, setting.momentum].map(String)),
          accuracyText(meanAndError(valuesOf(strategy, 'last5'))),
          accuracyText(meanAndError(valuesOf(strategy, 'best'))),
        ];
      }),
    },
  ],
};

/** The aggregated prototypes of the clients after a round of training. */
function afterOneRound(folder: string): Prototypes {
  const run = runFolder(folder, { name: 'digits', label: RELEASED, seed: 1 });
  const file = readFileSync(join(run, 'round-0001', 'prototypes.safetensors'));
  return decodeTables(new Uint8Array(file)).aggregated;
}

/** Momenta and passes that are drawn; all are in the table. */
const shownMomenta = [0, 0.9];
const shownPasses = [10, 100, 2000];

function separationPlot({ classes, dim, bound, released, reference }: Separation): string {
  return renderLinePlot({
    title: `Largest cosine of ${classes} prototypes in ${dim} dimensions`,
    x: { label: 'learning rate', log: true },
    y: { label: 'largest cosine' },
    series: linesBySetting(
      reference.map((one) => ({ setting: one, y: one.maxCosine, error: null })),
      ({ momentum, passes }) => shownMomenta.includes(momentum) && shownPasses.includes(passes),
    ),
    references: [
      { y: bound, label: 'optimum, which auto reaches' },
      { y: released.maxCosine, label: `released: stops after ${released.passes} passes` },
    ],
  });
}

function accuracyPlot(digits: CaseOutcome): string {
  const points = digits.strategies.flatMap(({ label }) => {
    const setting = settingOf(label);
    const value = last5Of(digits, label);
    return setting === undefined ? [] : [{ setting, y: value?.mean ?? null, error: value?.error ?? null }];
  });
  const references = [RELEASED, 'auto'].flatMap((label) => {
    const value = last5Of(digits, label);
    return value === null ? [] : [{ y: value.mean, label }];
  });
  return renderLinePlot({
    title: 'Digits: accuracy by the nearest prototype',
    x: { label: 'learning rate of the alignment', log: true },
    y: { label: 'accuracy', percent: true },
    // The quick version has the references alone.
    series: points.length > 0 ? linesBySetting(points, () => true) : [{ label: 'no setting', points: [] }],
    references,
  });
}

/** A line over the learning rate for each momentum and number of passes. */
function linesBySetting(
  points: readonly { readonly setting: Setting; readonly y: number | null; readonly error: number | null }[],
  shown: (setting: Setting) => boolean,
) {
  const lines = Map.groupBy(
    points.filter(({ setting }) => shown(setting)),
    ({ setting: { momentum, passes } }) => `momentum ${momentum}, ${passes} passes`,
  );
  return [...lines].map(([label, found]) => ({
    label,
    points: found
      .map(({ setting: { learningRate: x }, y, error }) => ({ x, y, error }))
      .sort((a, b) => a.x - b.x),
  }));
}

function separationTable({
  classes,
  dim,
  input,
  before,
  bound,
  auto,
  released,
  reference,
}: Separation): Table {
  const rates = [...new Set(reference.map(({ learningRate }) => learningRate))];
  const rows = Map.groupBy(reference, ({ momentum, passes }) => `${momentum} ${passes}`);
  return {
    caption: `Largest cosine at (${classes}, ${dim}), ${input}: ${cosineText(before)} before; optimum ${cosineText(bound)}; \`auto\` ${cosineText(auto)}; released ${cosineText(released.maxCosine)} after ${released.passes} passes. By learning rate:`,
    head: ['momentum', 'passes', ...rates.map(String)],
    rows: [...rows.values()].map((found) => [
      String(found[0].momentum),
      String(found[0].passes),
      ...rates.map((rate) =>
        cosineText(found.find(({ learningRate }) => learningRate === rate)?.maxCosine ?? null),
      ),
    ]),
  };
}
