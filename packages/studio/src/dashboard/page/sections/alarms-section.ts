import { summariseWarnings } from '@protonorm/protocol';
import { plural } from '../../../format/format.ts';
import { dataTable } from '../dom/data-table.ts';
import { element, setText } from '../dom/element.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { signatures } from '../state/signatures.ts';
import type { Section } from './section.ts';

interface Alarm {
  readonly code: string;
  readonly when: string;
  /** Not in the last round any more. */
  readonly over: boolean;
  readonly message: string;
}

/** Failure signatures and failures, each with cause and remedy; new ones are said to screen readers. */
export function alarmsSection(): Section {
  const list = element('div', { class: 'alarms', 'aria-live': 'polite' });
  const none = element('p', { class: 'note' });
  const failures = element('details', { class: 'data' });
  let drawn = '';
  return {
    element: element('section', {}, element('h2', {}, 'Alarms'), none, list, failures),
    update({ state }) {
      const alarms = alarmsOf(state);
      setText(
        none,
        alarms.length > 0
          ? ''
          : state.history.rounds.length === 0
            ? 'No round is finished yet.'
            : 'No failure signature was seen.',
      );
      const next = JSON.stringify([alarms, state.failures]);
      if (next === drawn) return;
      drawn = next;
      // Those that are there stay, so that only what is new is said.
      const known = new Map(
        Array.from(list.children, (child) => [(child as HTMLElement).dataset.code, child]),
      );
      for (const alarm of alarms) {
        const before = known.get(alarm.code);
        known.delete(alarm.code);
        const fresh = alarmElement(alarm);
        if (before === undefined) list.append(fresh);
        else if (before.innerHTML !== fresh.innerHTML) {
          before.querySelector('.when')!.textContent = alarm.when;
          before.className = fresh.className;
        }
      }
      for (const gone of known.values()) gone.remove();
      failures.hidden = state.failures.length === 0;
      failures.replaceChildren(
        element('summary', {}, `${plural(state.failures.length, 'failure')} of devices`),
        dataTable({
          caption: 'Failures of devices, the latest first',
          head: ['Device', 'Round', 'Code', 'Message'],
          textColumns: [2, 3],
          className: 'warnings',
          rows: state.failures
            .toReversed()
            .map(({ clientId, round, code, message }) => [
              clientId,
              round + 1,
              element('code', {}, code),
              message,
            ]),
        }),
      );
    },
  };
}

/** What is wrong, what is worst first. */
function alarmsOf({ federation, history }: DashboardState): readonly Alarm[] {
  const { failure } = federation;
  const last = history.rounds.at(-1)?.round;
  return [
    ...(failure === undefined
      ? []
      : [{ code: failure.code, when: 'The run has ended', over: false, message: failure.message }]),
    ...summariseWarnings(history.rounds).map(({ code, firstRound, lastRound, rounds, message }): Alarm => ({
      code,
      over: lastRound !== last,
      when:
        `since round ${firstRound + 1}, in ${rounds} of ${plural(history.rounds.length, 'round')}` +
        (lastRound === last ? '' : `, not since round ${lastRound + 1}`),
      message,
    })),
  ];
}

function alarmElement({ code, when, over, message }: Alarm): HTMLElement {
  const signature = Object.hasOwn(signatures, code) ? signatures[code] : undefined;
  return element(
    'article',
    { class: over ? 'alarm over' : 'alarm', 'data-code': code },
    element(
      'header',
      {},
      element('h3', {}, signature?.title ?? code),
      element('code', {}, code),
      element('span', { class: 'when' }, when),
    ),
    element('p', {}, message),
    ...(signature === undefined
      ? []
      : [
          element('p', {}, element('b', {}, 'Cause: '), signature.cause),
          element('p', {}, element('b', {}, 'Remedy: '), signature.remedy),
        ]),
  );
}
