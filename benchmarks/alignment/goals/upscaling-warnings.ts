import { apart } from '../apart.ts';
import type { ScaleCase } from '../check-upscaling-warnings.ts';
import type { SomeFigures } from '../figures.ts';
import { atLeast, atMost, none, type Limit } from '../limits.ts';
import type { Measurement } from '../measurement.ts';
import { rowOf } from '../row.ts';

const SEEDS = 3;
const families = ['HtDigits', 'HmDigits'];

/** Goal 12: a scale of 1,000 and more is told within two rounds with targets, and nothing is told of 80 and 200. */
export const upscalingWarnings: readonly Measurement[] = families.flatMap((models) => [
  ...[80, 200].map((scale) => at({ scale, models, rounds: 10, seeds: SEEDS }, () => [none('warned')])),
  ...[1000, 5000].map((scale) =>
    at({ scale, models, rounds: 4, seeds: SEEDS }, (seeds) => [
      atLeast('warned', seeds),
      atMost('roundsToWarning', 2),
    ]),
  ),
]);

function at(of: ScaleCase, limits: (seeds: number) => readonly Limit[]): Measurement {
  const name = `upscaling by ${of.scale}, digits, ${of.models}`;
  return {
    goal: 12,
    name,
    measure({ quick }) {
      const asked = quick ? { ...of, seeds: 1 } : of;
      const { note, ...figures } = apart<SomeFigures & { on: string; note: string }>(
        'check-upscaling-warnings.ts',
        asked,
      );
      return [rowOf({ goal: 12, name, note }, figures, limits(asked.seeds))];
    },
  };
}
