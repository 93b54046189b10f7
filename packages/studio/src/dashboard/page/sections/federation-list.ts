import type { LiveFederation } from '@protonorm/protocol';
import { integer } from '../../../format/format.ts';
import { element } from '../dom/element.ts';

/** Words for a status. */
export const statusWords: Readonly<Record<LiveFederation['status'], string>> = {
  waiting: 'waiting for devices',
  running: 'running',
  finished: 'finished',
  failed: 'failed',
};

/** Where a federation is shown. */
export function federationLink(name: string): string {
  return `#/${encodeURIComponent(name)}`;
}

/** All federations of the server, as links. */
export class FederationList {
  readonly element = element('nav', { 'aria-label': 'Federations' });
  #drawn = '';

  update(federations: readonly LiveFederation[], current: string | undefined): void {
    const drawn = JSON.stringify([federations, current]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = this.element.contains(document.activeElement)
      ? document.activeElement?.getAttribute('href')
      : undefined;
    this.element.replaceChildren(
      federations.length === 0
        ? element('p', { class: 'empty' }, 'This server has no federation yet.')
        : element(
            'ul',
            { class: 'federations' },
            ...federations.map((federation) => element('li', {}, card(federation, current))),
          ),
    );
    for (const link of this.element.querySelectorAll('a'))
      if (link.getAttribute('href') === focused) link.focus();
  }
}

function card(federation: LiveFederation, current: string | undefined): HTMLElement {
  const { name, status, strategy, round, rounds, connected, enrolled } = federation;
  return element(
    'a',
    { href: federationLink(name), 'aria-current': name === current ? 'page' : undefined },
    element('strong', {}, name),
    element('span', { class: `status ${status}` }, statusWords[status]),
    element('span', { class: 'sub' }, `${strategy} · round ${integer(round)} of ${integer(rounds)}`),
    element('span', { class: 'sub' }, `${integer(connected)} of ${integer(enrolled)} devices connected`),
  );
}
