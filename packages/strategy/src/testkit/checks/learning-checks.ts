import type { Prototypes } from '@protonorm/tensor';
import type { Field, MessageSchema } from '../../schema/field.ts';
import { expectThat, type StrategyCheck } from '../check.ts';
import type { PlainEvaluation } from '../runner/count-correct.ts';
import { expectFiniteRun } from '../runner/finite-run.ts';
import { CLASSES } from '../runner/toy-federation.ts';

/** Four classes are guessed at 0.25, the one of two that a client holds at 0.5. */
export const LEARNT = 0.6;

/** What a strategy is for, and how it answers. */
export function learningChecks(): StrategyCheck[] {
  return [
    {
      name: 'learning/better than chance',
      async run({ baseline }) {
        const accuracy = accuracyOf((await baseline()).evaluation);
        expectThat(
          accuracy >= LEARNT,
          `The accuracy on clouds that are easily told apart is ${accuracy.toFixed(2)}, not at least ${LEARNT}.`,
        );
      },
    },
    {
      name: 'learning/finite numbers',
      async run({ baseline }) {
        const result = await baseline();
        expectFiniteRun(result);
        for (const { metrics, report } of result.rounds) {
          for (const numbers of [...metrics.values(), report?.metrics ?? {}]) {
            for (const [name, value] of Object.entries(numbers)) {
              expectThat(typeof value === 'number', `The metric '${name}' is ${String(value)}, no number.`);
            }
          }
        }
      },
    },
    {
      name: 'learning/scores',
      async run({ strategy, run }) {
        const { client } = strategy;
        let answers = 0;
        const checking = {
          ...strategy,
          client: {
            ...client,
            scores(context: never, outputs: { size: number; features: Float32Array; logits: Float32Array }) {
              const scores = client.scores(context, outputs);
              if (scores === null) return null;
              expectThat(
                scores !== undefined,
                'scores gave undefined; null means that no prediction is possible yet.',
              );
              answers++;
              const { size } = outputs;
              expectThat(
                scores.length === size * CLASSES,
                `scores gave ${scores.length} numbers for ${size} samples of ${CLASSES} classes.`,
              );
              expectThat(
                !scores.some(Number.isNaN),
                'scores gave NaN; a class without a score is -Infinity.',
              );
              const width = outputs.features.length / size;
              const row = Math.floor(size / 2);
              const alone = client.scores(context, {
                size: 1,
                features: outputs.features.slice(row * width, (row + 1) * width),
                logits: outputs.logits.slice(row * CLASSES, (row + 1) * CLASSES),
              });
              for (let label = 0; label < CLASSES; label++) {
                const [together, single] = [scores[row * CLASSES + label], alone?.[label]];
                expectThat(
                  together === single,
                  `A sample's score of class ${label} is ${together} among others and ${String(single)} alone.`,
                );
              }
              return scores;
            },
          },
        };
        const result = await run({ strategy: checking });
        expectThat(answers > 0, 'scores never gave a prediction.');
        for (const [id, { correct }] of result.evaluation) {
          expectThat(correct !== null, `Behind the last round client ${id} still cannot predict.`);
        }
      },
    },
    {
      name: 'learning/names of classes do not matter',
      async run({ strategy, baseline, run }) {
        const relabel = [2, 0, 3, 1];
        const [named, renamed] = [await baseline(), await run({ relabel })];
        for (const [id, counts] of named.evaluation) {
          const other = renamed.evaluation.get(id)!;
          expectThat(
            Math.abs((counts.correct ?? 0) - (other.correct ?? 0)) <= 1,
            `With other names for the classes client ${id} has ${other.correct} right answers instead of ${counts.correct}.`,
          );
        }
        const [down, other] = [named.rounds.at(-1)!.down, renamed.rounds.at(-1)!.down];
        for (const [key, field] of Object.entries(strategy.down as MessageSchema)) {
          if (field.kind !== 'prototypes' || down?.[key] === undefined) continue;
          expectRelabelled(down[key] as Prototypes, other?.[key] as Prototypes, { relabel, field, key });
        }
      },
    },
  ];
}

/** Right answers by the strategy's rule over samples of all clients; "cannot predict yet" is a wrong answer. */
export function accuracyOf(evaluation: ReadonlyMap<string, PlainEvaluation>): number {
  const counts = [...evaluation.values()];
  const samples = counts.reduce((sum, { samples: n }) => sum + n, 0);
  return counts.reduce((sum, { correct }) => sum + (correct ?? 0), 0) / samples;
}

/** Sums are added in another order under other names: equal up to rounding that six rounds of training have enlarged. */
function expectRelabelled(
  table: Prototypes,
  other: Prototypes | undefined,
  options: { readonly relabel: readonly number[]; readonly field: Field; readonly key: string },
): void {
  const { relabel, field, key } = options;
  const byClass = field.kind === 'prototypes' && field.dim === 'C';
  table.classes.forEach((label, row) => {
    const otherRow = other?.classes.indexOf(relabel[label]) ?? -1;
    expectThat(otherRow >= 0, `With other names for the classes down.${key} lacks a class.`);
    for (let j = 0; j < table.dim; j++) {
      const a = table.vectors[row * table.dim + j];
      const b = other!.vectors[otherRow * table.dim + (byClass ? relabel[j] : j)];
      expectThat(
        Math.abs(a - b) <= 1e-3 * Math.max(1, Math.abs(a)),
        `With other names for the classes down.${key} of class ${label} has ${b} instead of ${a}.`,
      );
    }
  });
}
