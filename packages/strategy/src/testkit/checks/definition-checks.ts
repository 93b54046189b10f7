import type { HyperSchema } from '../../hyper/hyperparameter.ts';
import { checkStrategy } from '../../strategy/define-strategy.ts';
import { expectThat, type StrategyCheck } from '../check.ts';

/** What can be said without running. */
export function definitionChecks(): StrategyCheck[] {
  return [
    {
      name: 'definition/well-formed',
      async run({ strategy }) {
        checkStrategy(strategy);
      },
    },
    {
      name: 'definition/hyperparameters',
      async run({ strategy }) {
        for (const [name, hyper] of Object.entries(strategy.hyper as HyperSchema)) {
          expectThat(/^[a-z][A-Za-z0-9]*$/.test(name), `The hyperparameter '${name}' is no camelCase name.`);
          expectThat(
            /^\S.*\.$/s.test(hyper.description),
            `'${name}' needs a description that ends with a full stop.`,
          );
          if (hyper.kind === 'number') {
            expectThat(
              Number.isFinite(hyper.min) && Number.isFinite(hyper.max),
              `'${name}' needs a finite range; it has [${hyper.min}, ${hyper.max}].`,
            );
          }
          if (hyper.kind === 'choice') {
            expectThat(
              new Set(hyper.choices).size >= 2,
              `'${name}' leaves no choice: ${hyper.choices.join(', ')}.`,
            );
          }
        }
      },
    },
  ];
}
