import type { ConnectionState } from '../connection/connection-state.ts';
import { element, setText } from '../dom/element.ts';

/** How the page stands with its server; said to screen readers when it changes, not while it counts down. */
export class ConnectionBadge {
  readonly element: HTMLElement;
  readonly #word = element('span', { role: 'status' });
  readonly #wait = element('span', { class: 'wait', 'aria-hidden': 'true' });
  readonly #retry = element('button', { type: 'button' }, 'Try now');
  #state: ConnectionState = { kind: 'connecting' };
  #until = 0;

  constructor(onRetry: () => void) {
    this.#retry.addEventListener('click', onRetry);
    this.element = element('div', { class: 'connection' }, this.#word, this.#wait, this.#retry);
    this.set({ kind: 'connecting' }, 0);
  }

  set(state: ConnectionState, now: number): void {
    this.#state = state;
    this.#until = state.kind === 'lost' ? now + state.retryInMs : 0;
    this.element.dataset.state = state.kind;
    setText(
      this.#word,
      state.kind === 'lost'
        ? `Not connected. ${state.reason}`
        : state.kind === 'live'
          ? 'Live'
          : 'Connecting…',
    );
    this.#retry.hidden = state.kind !== 'lost';
    this.tick(now);
  }

  tick(now: number): void {
    const seconds = Math.max(0, Math.ceil((this.#until - now) / 1000));
    setText(this.#wait, this.#state.kind === 'lost' ? `Next try in ${seconds} s` : '');
  }
}
