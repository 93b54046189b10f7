import type { LiveDevice } from '@protonorm/protocol';
import { bytes, duration, integer, MISSING, plural } from '../../../format/format.ts';
import { element, setText } from '../dom/element.ts';
import { waitedFor } from '../state/waited-for.ts';
import type { Section } from './section.ts';

const HEAD = ['Device', 'Connection', 'In this round', 'For', 'Round', 'Last seen', 'Sent', 'Received'];
const TEXT = [1, 2];
/** More would make the page slow; the filter finds the others. */
const MOST_ROWS = 100;
const MOST_NAMES = 12;

const DOING: Readonly<Record<LiveDevice['status'], string>> = {
  idle: 'nothing asked',
  working: 'waited for',
  answered: 'has answered',
  failed: 'failed',
};
/** Who needs a look first. */
const ORDER: readonly LiveDevice['status'][] = ['working', 'failed', 'answered', 'idle'];

/** Devices, and who is waited for. */
export function devicesSection(): Section {
  const waiting = element('ul', { class: 'waiting', 'aria-label': 'Devices that the round waits for' });
  const sentence = element('p');
  const filter = element('input', { type: 'search', id: 'device-filter', autocomplete: 'off' });
  const shownNote = element('p', { class: 'note' });
  const body = element('tbody');
  let last: Parameters<Section['update']>[0] | undefined;
  const section: Section = {
    element: element(
      'section',
      {},
      element('h2', {}, 'Devices'),
      sentence,
      waiting,
      element(
        'div',
        { class: 'controls' },
        element('label', { for: 'device-filter' }, 'Find a device'),
        filter,
      ),
      shownNote,
      element(
        'div',
        { class: 'table-scroll tall', role: 'region', 'aria-label': 'Devices', tabindex: 0 },
        element(
          'table',
          { class: 'devices' },
          element('caption', { class: 'visually-hidden' }, 'Devices'),
          element(
            'thead',
            {},
            element(
              'tr',
              {},
              ...HEAD.map((name, i) =>
                element('th', { scope: 'col', class: TEXT.includes(i) ? 'text' : undefined }, name),
              ),
            ),
          ),
          body,
        ),
      ),
    ),
    update(shown) {
      last = shown;
      const { devices } = shown.state;
      showWaiting(waiting, sentence, { devices, now: shown.now });
      const wanted = filter.value.trim().toLowerCase();
      const found = devices
        .filter(({ clientId }) => clientId.toLowerCase().includes(wanted))
        .map((device) => ({ device, key: sortKey(device) }))
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
        .map(({ device }) => device);
      const rows = found.slice(0, MOST_ROWS);
      setText(
        shownNote,
        devices.length === 0
          ? 'No device is enrolled yet.'
          : rows.length < devices.length
            ? `${integer(rows.length)} of ${plural(devices.length, 'device')} are shown.`
            : '',
      );
      while (body.rows.length > rows.length) body.deleteRow(-1);
      while (body.rows.length < rows.length) body.append(emptyRow());
      rows.forEach((device, i) => fillRow(body.rows[i], { device, now: shown.now }));
    },
  };
  filter.addEventListener('input', () => last !== undefined && section.update(last));
  return section;
}

function showWaiting(
  list: HTMLElement,
  sentence: HTMLElement,
  { devices, now }: { readonly devices: readonly LiveDevice[]; readonly now: number },
): void {
  const waiting = waitedFor(devices, now);
  const answered = devices.filter(({ status }) => status === 'answered').length;
  const failed = devices.filter(({ status }) => status === 'failed').length;
  setText(
    sentence,
    waiting.length === 0
      ? 'Nobody is waited for.'
      : `The round waits for ${plural(waiting.length, 'device')}; ${integer(answered)} answered, ${integer(failed)} failed.`,
  );
  const shown = waiting.slice(0, MOST_NAMES);
  while (list.children.length > shown.length) list.lastElementChild!.remove();
  while (list.children.length < shown.length)
    list.append(element('li', {}, element('b'), element('span'), element('span', { class: 'badge' })));
  shown.forEach(({ clientId, seconds, straggler, connected }, i) => {
    const [name, time, badge] = list.children[i].children;
    setText(name, clientId);
    setText(time, seconds === null ? '' : ago(seconds));
    setText(badge, !connected ? 'not connected' : straggler ? 'straggler' : '');
    (badge as HTMLElement).hidden = badge.textContent === '';
  });
  list.hidden = shown.length === 0;
}

function emptyRow(): HTMLTableRowElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }),
    ...HEAD.slice(1).map((_, i) => element('td', { class: TEXT.includes(i + 1) ? 'text' : undefined })),
  );
}

function fillRow(
  row: HTMLTableRowElement,
  { device, now }: { readonly device: LiveDevice; readonly now: number },
): void {
  const { clientId, connected, status, since, round, lastSeenAt, bytesUp, bytesDown } = device;
  const texts = [
    clientId,
    connected ? 'connected' : 'not connected',
    DOING[status],
    since === null ? MISSING : ago(Math.max(0, (now - since) / 1000)),
    round === null ? MISSING : String(round + 1),
    lastSeenAt === null ? 'never' : `${ago(Math.max(0, (now - lastSeenAt) / 1000))} ago`,
    bytes(bytesUp),
    bytes(bytesDown),
  ];
  texts.forEach((text, i) => setText(row.cells[i], text));
  row.className = `${connected ? 'connected' : 'away'} ${status}`;
}

/** By what needs a look, and then by name with its numbers in order; a collator takes 30 ms to begin. */
function sortKey({ status, clientId }: LiveDevice): string {
  return ORDER.indexOf(status) + clientId.replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}

/** Seconds are enough: tenths would flicker. */
function ago(seconds: number): string {
  return seconds < 60 ? `${Math.floor(seconds)} s` : duration(seconds);
}
