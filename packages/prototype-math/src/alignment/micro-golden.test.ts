import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { maxDifference, tableOf } from '../test-data/tables.ts';
import { align } from './align.ts';

const file = new URL('../../../../../shared/golden/micro.json', import.meta.url);

type Rows = Record<string, number[]>;

interface MicroRound {
  readonly aggregated: Rows;
  readonly global_protos: Rows;
  /** Index of the last pass, as the released code returns it. */
  readonly pa_last_iter?: number;
}

it.skipIf(!existsSync(file))(
  'aligns the prototypes of the recorded federation (skipped without ../shared)',
  () => {
    const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: { rounds: MicroRound[] }[] };
    const rounds = cases
      .flatMap((recorded) => recorded.rounds)
      .filter((round) => round.pa_last_iter !== undefined);
    expect(rounds.length).toBeGreaterThan(0);
    for (const { aggregated, global_protos: expected, pa_last_iter: last } of rounds) {
      const classes = Object.keys(aggregated).map(Number); // ascending, as integer keys are
      const table = tableOf(
        classes.map((label) => aggregated[label]),
        { classes },
      );
      const { prototypes, passes } = align(table, { method: 'reference' });
      expect(passes - 1).toBe(last);
      expect(
        maxDifference(
          prototypes.vectors,
          classes.flatMap((label) => expected[label]),
        ),
      ).toBeLessThan(1e-6);
    }
  },
);
