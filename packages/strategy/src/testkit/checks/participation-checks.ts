import { expectThat, needsEveryone, type StrategyCheck } from '../check.ts';
import { HOLDERS_OF_CLASS_3, ROUNDS } from '../runner/toy-federation.ts';
import { expectFiniteRun } from '../runner/finite-run.ts';
import { accuracyOf, LEARNT } from './learning-checks.ts';

const withoutClass3 = (ids: readonly string[]): readonly string[] =>
  ids.filter((id) => !HOLDERS_OF_CLASS_3.includes(id));

/** Clients come and go, and some have nothing. */
export function participationChecks(): StrategyCheck[] {
  return [
    {
      name: 'participation/one client a round',
      inapplicable: needsEveryone,
      async run({ run }) {
        expectFiniteRun(await run({ select: (round, ids) => [ids[round % ids.length]] }));
      },
    },
    {
      name: 'participation/a class that stays away for rounds',
      inapplicable: needsEveryone,
      async run({ run }) {
        const result = await run({
          select: (round, ids) => (round >= 1 && round <= 3 ? withoutClass3(ids) : ids),
        });
        expectFiniteRun(result);
        const accuracy = accuracyOf(result.evaluation);
        expectThat(
          accuracy >= LEARNT,
          `Class 3 was away in rounds 1 to 3; the accuracy behind round ${ROUNDS - 1} is ${accuracy.toFixed(2)}.`,
        );
      },
    },
    {
      name: 'participation/a class that comes late',
      inapplicable: needsEveryone,
      async run({ run }) {
        const result = await run({ select: (round, ids) => (round < 3 ? withoutClass3(ids) : ids) });
        expectFiniteRun(result);
        const accuracy = accuracyOf(result.evaluation);
        expectThat(
          accuracy >= LEARNT,
          `Class 3 came in round 3; the accuracy behind round ${ROUNDS - 1} is ${accuracy.toFixed(2)}.`,
        );
      },
    },
    {
      name: 'participation/a client without data',
      async run({ run, toy }) {
        const { clients, nothing } = toy();
        expectFiniteRun(
          await run({
            clients: clients.map((client) => (client.id === 'b' ? { ...client, train: nothing } : client)),
          }),
        );
      },
    },
    {
      name: 'participation/clients with less than a batch',
      async run({ run, toy }) {
        const { local } = toy();
        expectFiniteRun(await run({ local: { ...local, dropLast: true, batchSize: 1000 }, until: 2 }));
      },
    },
    {
      name: 'participation/a round in which nobody has data',
      async run({ run, toy }) {
        const { clients, nothing } = toy();
        const sometimes = clients.map((client) => ({
          ...client,
          train: (round: number) => (round % 2 === 0 ? nothing : client.train),
        }));
        expectFiniteRun(await run({ clients: sometimes, until: 4 }));
      },
    },
  ];
}
