import { bytes, compact, integer, percent, plural } from '../../../format/format.ts';
import { LiveLineChart } from '../chart/live-line-chart.ts';
import { element } from '../dom/element.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import type { Section } from './section.ts';

/** Accuracy and bytes, round by round. */
export function curvesSection(): Section {
  const accuracy = new LiveLineChart({
    title: 'Accuracy',
    xLabel: 'Rounds of training',
    format: (value) => percent(value),
    tick: (value) => `${compact(100 * value)}%`,
    empty: 'Nothing was evaluated yet.',
  });
  const traffic = new LiveLineChart({
    title: 'Bytes in each round',
    xLabel: 'Round',
    format: bytes,
    empty: 'No round is finished yet.',
  });
  return {
    element: element(
      'section',
      {},
      element('h2', {}, 'Rounds'),
      element('div', { class: 'charts' }, accuracy.element, traffic.element),
    ),
    update({ state }) {
      const { history, federation } = state;
      const rounds = Math.max(federation.rounds, 1);
      accuracy.update({
        note: counted(state),
        xDomain: [0, rounds],
        yLimits: { least: 0, most: 1 },
        lines: [
          {
            name: 'by the rule of the strategy',
            look: 0,
            points: history.evaluations.map(({ round, accuracy }) => ({ x: round, y: accuracy })),
          },
          {
            name: 'by the heads of the devices',
            look: 1,
            points: history.evaluations.map(({ round, accuracyByLogits }) => ({
              x: round,
              y: accuracyByLogits,
            })),
          },
        ],
      });
      traffic.update({
        note: 'Encoded messages of all devices: what reached them, and the uploads that were accepted.',
        xDomain: [1, rounds],
        fromZero: true,
        yLimits: { least: 0 },
        lines: [
          {
            name: 'to the devices',
            look: 2,
            points: history.rounds.map(({ round, bytesDown }) => ({ x: round + 1, y: bytesDown })),
          },
          {
            name: 'from the devices',
            look: 3,
            points: history.rounds.map(({ round, bytesUp }) => ({ x: round + 1, y: bytesUp })),
          },
        ],
      });
    },
  };
}

/** What the accuracy is a share of. */
function counted({ history }: DashboardState): string {
  const clients = Object.values(history.evaluations.at(-1)?.perClient ?? {});
  const samples = clients.reduce((sum, client) => sum + client.samples, 0);
  const what =
    'Share of the test samples of all devices together that are classified right, each by the model on its device';
  return samples === 0
    ? `${what}.`
    : `${what}: ${integer(samples)} samples of ${plural(clients.length, 'device')}.`;
}
