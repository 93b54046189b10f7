import { decodeState, encodeState, isProtoNormError, type StateTree } from '@protonorm/tensor';
import { ConformanceError } from '@protonorm/tensor/testkit';
import { expectSame, expectThat, type StrategyCheck } from '../check.ts';
import { differenceOf } from '../runner/difference.ts';
import { watched } from '../runner/watched-strategy.ts';

/** Pure over explicit state: nothing changed, nothing hidden, nothing left. */
export function purityChecks(): StrategyCheck[] {
  return [
    {
      name: 'purity/arguments are not changed',
      async run({ strategy, run }) {
        const watch = watched(strategy);
        // In memory, so that all clients get the very same download.
        await run({ strategy: watch.strategy, wire: false });
        watch.expectUnchanged();
      },
    },
    {
      name: 'purity/state can be saved',
      async run({ run }) {
        const { rounds, clients } = await run({ wire: false });
        const states: [string, StateTree][] = [
          ...rounds.map(({ state }, round): [string, StateTree] => [
            `The server's state behind round ${round}`,
            state,
          ]),
          ...[...clients].map(([id, { state }]): [string, StateTree] => [`The state of client ${id}`, state]),
        ];
        for (const [what, state] of states) {
          try {
            expectSame(differenceOf(state, decodeState(encodeState(state))), `${what} is not what was saved`);
          } catch (error) {
            if (!isProtoNormError(error)) throw error;
            throw new ConformanceError(`${what} cannot be saved. ${error.message}`);
          }
        }
      },
    },
    {
      name: 'purity/nothing is left on the backend',
      async run({ run, backend }) {
        const before = backend.memory().buffers;
        const { rounds } = await run();
        rounds.forEach(({ buffers }, round) => {
          const first = rounds[0].buffers;
          expectThat(
            buffers === first,
            `Behind round ${round} ${buffers} buffers are live, behind round 0 there were ${first}: dispose of learners and passes, also when something throws.`,
          );
        });
        const after = backend.memory().buffers;
        expectThat(after === before, `${after - before} buffers are still live behind the run.`);
      },
    },
    {
      name: 'purity/stops when told to',
      async run({ run, backend }) {
        const before = backend.memory().buffers;
        const reason = new Error('told to stop');
        let thrown: unknown = 'nothing';
        try {
          await run({ signal: AbortSignal.abort(reason) });
        } catch (error) {
          thrown = error;
        }
        expectThat(
          thrown === reason,
          `A round whose signal is aborted must throw the signal's reason (signal.throwIfAborted()), it threw ${String(thrown)}.`,
        );
        const after = backend.memory().buffers;
        expectThat(after === before, `${after - before} buffers are left behind an aborted round.`);
      },
    },
  ];
}
