import { summarise } from '@protonorm/protocol';
import { bytes, integer, percent } from '../../../format/format.ts';
import { element, setText } from '../dom/element.ts';
import { waitedFor } from '../state/waited-for.ts';
import { statusWords } from './federation-list.ts';
import type { Section } from './section.ts';

/** Name, status and the numbers that are asked for first. */
export function headlineSection(): Section {
  const title = element('h2');
  const status = element('span');
  const strategy = element('span', { class: 'sub' });
  const progress = element('progress', { 'aria-label': 'Rounds', max: 1, value: 0 });
  const tiles = [
    'Round',
    'Accuracy now',
    'Best accuracy',
    'Devices connected',
    'Sent to devices',
    'Sent by devices',
  ].map((name) => ({ name, value: element('dd'), sub: element('dd', { class: 'sub' }) }));
  return {
    element: element(
      'section',
      { class: 'headline', id: 'federation', tabindex: -1 },
      element('header', {}, title, status, strategy),
      progress,
      element(
        'dl',
        { class: 'tiles' },
        ...tiles.map(({ name, value, sub }) => element('div', {}, element('dt', {}, name), value, sub)),
      ),
    ),
    update({ state, now }) {
      const { federation, history, devices, roundNow } = state;
      const { round, rounds, enrolled, connected } = federation;
      setText(title, federation.name);
      setText(status, statusWords[federation.status]);
      status.className = `status ${federation.status}`;
      setText(strategy, federation.strategy);
      progress.max = Math.max(1, rounds);
      progress.value = Math.min(round, progress.max);
      progress.setAttribute('aria-valuetext', `${round} of ${rounds} rounds done`);
      const summary = summarise(history);
      const last = history.evaluations.at(-1);
      const waiting = waitedFor(devices, now).length;
      const sum = (of: (record: (typeof history.rounds)[number]) => number): number =>
        history.rounds.reduce((total, record) => total + of(record), 0);
      const texts: readonly (readonly [string, string])[] = [
        [
          `${integer(round)} of ${integer(rounds)}`,
          roundNow === null
            ? 'done'
            : roundNow.round >= rounds
              ? 'done, last evaluation'
              : `done, round ${roundNow.round + 1} goes on`,
        ],
        [percent(summary.final), last === undefined ? '' : `after ${last.round} rounds of training`],
        [percent(summary.best), summary.bestRound === null ? '' : `after ${summary.bestRound} rounds`],
        [
          `${integer(connected)} of ${integer(enrolled)}`,
          waiting > 0 ? `${waiting} waited for` : 'none waited for',
        ],
        [bytes(sum(({ bytesDown }) => bytesDown)), `${bytes(summary.bytesDownPerClientRound)} a message`],
        [bytes(sum(({ bytesUp }) => bytesUp)), `${bytes(summary.bytesUpPerClientRound)} a message`],
      ];
      tiles.forEach(({ value, sub }, i) => {
        setText(value, texts[i][0]);
        setText(sub, texts[i][1]);
      });
    },
  };
}
