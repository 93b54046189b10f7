import { decodeState, encodeState, type StateTree } from '@protonorm/tensor';
import type { MessageSchema } from '../../schema/field.ts';
import { axisSizes } from '../../strategy/axis-sizes.ts';
import { expectSame, type CheckContext, type StrategyCheck } from '../check.ts';
import { differenceOf } from '../runner/difference.ts';
import { codecsOf, type PlainRun } from '../runner/plain-federation.ts';

/** The same numbers, however often, in whatever order, over whatever way, and with whatever breaks. */
export function determinismChecks(): StrategyCheck[] {
  return [
    {
      name: 'determinism/same seed',
      async run({ baseline, run }) {
        expectSame(differenceOf(await baseline(), await run()), 'Two runs of one seed differ');
      },
    },
    {
      name: 'determinism/arrival order',
      async run({ baseline, run }) {
        const inOrder = await baseline();
        const reversed = await run({ arrival: (_, ids) => ids.toReversed() });
        const turned = await run({
          arrival: (round, ids) => ids.map((_, i) => ids[(i + round + 1) % ids.length]),
        });
        expectSame(
          differenceOf(results(inOrder), results(reversed)),
          'The order of arrival changes the result',
        );
        expectSame(
          differenceOf(results(inOrder), results(turned)),
          'The order of arrival changes the result',
        );
      },
    },
    {
      name: 'determinism/wire',
      async run({ baseline, run }) {
        const encoded = await baseline();
        const handed = await run({ wire: false });
        expectSame(
          differenceOf(results(encoded), results(handed)),
          'Messages over the wire give another result than messages in memory',
        );
      },
    },
    ...[1, 3, 5].map((round): StrategyCheck => ({
      name: `determinism/resume after round ${round}`,
      async run(context) {
        const whole = await context.baseline();
        const resumed = await resumedRun(context, round);
        expectSame(
          differenceOf(results({ ...whole, rounds: whole.rounds.slice(round) }), results(resumed)),
          `Going on from a snapshot behind ${round} rounds gives another result`,
        );
      },
    })),
  ];
}

/** What a run is judged by: not in which order things came, and not what the messages weighed. */
function results({ rounds, evaluation, clients }: PlainRun): unknown {
  return {
    rounds: rounds.map(({ contributed, uploads, metrics, state, down, report, evaluation: counts }) => ({
      contributed: contributed.toSorted(),
      uploads,
      metrics,
      state,
      down,
      report,
      evaluation: counts,
    })),
    evaluation,
    clients,
  };
}

/** Stops behind a round, keeps bytes alone, and goes on with fresh learners. */
async function resumedRun({ strategy, hyper, toy, run }: CheckContext, round: number): Promise<PlainRun> {
  const { federation, clients } = toy();
  const before = await run({ until: round });
  const { state, down } = before.rounds[round - 1];
  const codec = codecsOf(strategy, axisSizes(strategy, { federation, hyper }), federation).down;
  const stored = {
    state: encodeState(state),
    down: down && codec.encode(down as Readonly<Record<keyof MessageSchema, unknown>>),
    clients: new Map([...before.clients].map(([id, numbers]) => [id, encodeState(numbers)])),
  };
  return run({
    from: {
      round,
      state: decodeState(stored.state),
      down: stored.down && codec.decode(stored.down),
    },
    clients: clients.map((client) => ({
      ...client,
      ...(decodeState(stored.clients.get(client.id)!) as {
        parameters: Float32Array;
        buffers: Float32Array;
        state: StateTree;
      }),
    })),
  });
}
