import { meanAndError } from '../compare/mean-and-error.ts';
import { linesPlot } from '../compare/outcome-plots.ts';
import { accuracyNote, last5Of } from '../compare/outcome-tables.ts';
import { strategyOf, valuesOf, type CaseOutcome, type Outcome } from '../compare/outcome.ts';
import { runComparison } from '../compare/run-comparison.ts';
import type { Experiment, Picture } from '../experiment.ts';
import { accuracyText, countText } from '../text.ts';

/** How many bytes a client and a round need. */
export const bytes: Experiment<Outcome> = {
  name: 'bytes',
  title: 'Accuracy per byte',
  question:
    'How small can the messages be before the accuracy falls: fewer features, fewer bits, or fewer coordinates?',
  setting:
    'Digits and letters among ten clients with four models, features from 32 to 1,024 as float32, and 512 features as float16, as int8, and with a quarter of the coordinates alone; recipe `two-cores/bytes`. Bytes: encoded messages of a client in a round, up and down together.',
  compute: (context) =>
    runComparison('bytes', context, {
      cases: ['digits-32', 'digits-64'],
      strategies: ['local', 'protonorm'],
    }),
  draw: (outcome) =>
    (['digits', 'letters'] as const).flatMap((data): Picture[] => {
      const cases = outcome.cases.filter(({ name, skipped }) => !skipped && name.startsWith(`${data}-`));
      if (cases.length === 0) return [];
      const whole = cases.filter((one) => encodingOf(one) === PLAIN);
      const encoded = cases.filter(({ features }) => features === ENCODED);
      const compared = cases[0].strategies.map(({ label }) => label).filter((label) => label !== 'local');
      const kinds = [
        { kind: '32 to 1,024 features', of: whole },
        { kind: `${ENCODED} features encoded`, of: encoded },
      ].filter(({ of }) => of.length > 0);
      const lines = compared.flatMap((strategy) =>
        kinds.map(({ kind, of }) => ({ label: `${strategy}, ${kind}`, strategy, cases: of })),
      );
      const alone = last5Of(whole.at(-1)!, 'local');
      return [
        {
          suffix: data === 'digits' ? '' : data,
          alt: `Accuracy on ${data} over the bytes of a client and round`,
          svg: linesPlot(lines, {
            title: `${data === 'digits' ? 'Digits' : 'Letters'}: accuracy by bytes`,
            xLabel: 'bytes of a client in a round, up and down',
            x: bytesOf,
            ...(alone && { references: [{ y: alone.mean, label: 'local: no message' }] }),
          }),
        },
      ];
    }),
  tables: (outcome) => [
    {
      caption: `${accuracyNote(outcome)} Local sends nothing.`,
      head: ['case', 'features', 'prototypes as', 'strategy', 'bytes', 'accuracy'],
      rows: outcome.cases.flatMap((one) =>
        one.strategies.map(({ label }) => [
          one.name,
          String(one.features),
          encodingOf(one),
          label,
          countText(bytesOf(one, label)),
          accuracyText(last5Of(one, label)),
        ]),
      ),
    },
  ],
};

const PLAIN = 'float32';
/** Features of the cases with other encodings. */
const ENCODED = 512;

function encodingOf({ prototypes: { precision, keep } }: CaseOutcome): string {
  return keep === 1 ? precision : `${precision}, largest ${100 * keep} %`;
}

function bytesOf(one: CaseOutcome, label: string): number | null {
  const strategy = strategyOf(one, label);
  if (strategy === undefined) return null;
  const up = meanAndError(valuesOf(strategy, 'bytesUp'));
  const down = meanAndError(valuesOf(strategy, 'bytesDown'));
  return up && down && up.mean + down.mean;
}
