import { decodeLiveFederations, type LiveFederation } from '@protonorm/protocol';
import { plural } from '../../format/format.ts';
import type { ConnectionState } from './connection/connection-state.ts';
import { fetchText } from './connection/fetch-text.ts';
import { watchFederation, type Watch } from './connection/watch-federation.ts';
import { element, setText } from './dom/element.ts';
import { FrameQueue } from './dom/frame-queue.ts';
import { MeasureClient } from './measure/measure-client.ts';
import { alarmsSection } from './sections/alarms-section.ts';
import { ConnectionBadge } from './sections/connection-badge.ts';
import { curvesSection } from './sections/curves-section.ts';
import { devicesSection } from './sections/devices-section.ts';
import { FederationList, federationLink } from './sections/federation-list.ts';
import { geometrySection } from './sections/geometry-section.ts';
import { headlineSection } from './sections/headline-section.ts';
import { PrototypesSection } from './sections/prototypes-section.ts';
import type { Section } from './sections/section.ts';
import { applyEvent, initialState, type DashboardState } from './state/dashboard-state.ts';
import { themeChoice } from './theme-choice.ts';

/** What the page is made of; the clock is the page's own. */
export interface DashboardOptions {
  readonly root: HTMLElement;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Address below which the server answers. */
  readonly api: string;
  readonly measureWorker: Worker;
}

const POLL_MS = 5000;
const TICK_MS = 1000;

/** The dashboard: the list of federations, and the one that is chosen by the address behind '#/'. */
export class DashboardApp {
  readonly #options: DashboardOptions;
  readonly #frames = new FrameQueue();
  readonly #list = new FederationList();
  readonly #badge: ConnectionBadge;
  readonly #problem = element('p', { class: 'alert', hidden: '' });
  readonly #main = element('main', { hidden: '' });
  readonly #headline = headlineSection();
  readonly #prototypes = new PrototypesSection();
  readonly #devices = devicesSection();
  readonly #alarms = alarmsSection();
  readonly #curves = curvesSection();
  readonly #geometry = geometrySection();
  readonly #measures: MeasureClient;
  readonly #work = new Map<Section, () => void>();
  #federations: readonly LiveFederation[] | undefined;
  #name: string | undefined;
  #watch: Watch | undefined;
  #watching = new AbortController();
  #state: DashboardState | undefined;
  /** Server's clock minus the page's. */
  #ahead = 0;

  constructor(options: DashboardOptions) {
    this.#options = options;
    this.#badge = new ConnectionBadge(() => this.#retry());
    this.#measures = new MeasureClient(options.measureWorker, () => {
      this.#show(this.#prototypes, this.#geometry);
    });
    const sections = [
      this.#headline,
      this.#alarms,
      this.#curves,
      this.#devices,
      this.#prototypes,
      this.#geometry,
    ];
    for (const section of sections) this.#work.set(section, () => this.#update(section));
    this.#main.append(...sections.map((section) => section.element));
    options.root.replaceChildren(
      element(
        'header',
        { class: 'top' },
        element('h1', {}, 'Federations'),
        element(
          'div',
          { class: 'tools' },
          this.#badge.element,
          themeChoice(() => this.#prototypes.recolour()),
        ),
      ),
      this.#list.element,
      this.#problem,
      this.#main,
    );
  }

  start(): void {
    addEventListener('hashchange', () => this.#choose());
    addEventListener('online', () => this.#retry());
    setInterval(() => this.#tick(), TICK_MS);
    this.#choose();
    void this.#poll();
  }

  /** Asks for the list again and again: it also tells whether the server is still there. */
  async #poll(): Promise<void> {
    await this.#askList();
    setTimeout(() => void this.#poll(), POLL_MS);
  }

  async #askList(): Promise<void> {
    try {
      const text = await fetchText(this.#options.api, new AbortController().signal);
      this.#federations = decodeLiveFederations(text);
      if (this.#name === undefined && this.#federations.length === 1)
        location.replace(federationLink(this.#federations[0].name));
      if (this.#watch === undefined) this.#connection({ kind: 'live' });
      this.#frames.add(this.#drawList);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#watch === undefined) this.#connection({ kind: 'lost', retryInMs: POLL_MS, reason });
      else this.#watch.drop(reason);
    }
  }

  readonly #drawList = (): void => this.#list.update(this.#federations ?? [], this.#name);

  #retry(): void {
    if (this.#watch === undefined) void this.#askList();
    else this.#watch.retry();
  }

  #choose(): void {
    const name = nameInAddress();
    if (name === this.#name && this.#watch !== undefined) return;
    this.#watching.abort();
    this.#watching = new AbortController();
    this.#name = name;
    this.#state = undefined;
    this.#watch = undefined;
    this.#main.hidden = true;
    this.#problem.hidden = true;
    this.#measures.reset();
    this.#prototypes.reset();
    this.#frames.add(this.#drawList);
    if (name === undefined) {
      document.title = 'Federations';
      return;
    }
    this.#watch = watchFederation({
      path: `${this.#options.api}/${encodeURIComponent(name)}`,
      signal: this.#watching.signal,
      onConnection: (state) => this.#connection(state),
      onProblem: (message) => this.#tell(`An event cannot be shown. ${message}`),
      onState: (live) => {
        this.#ahead = live.now - this.#options.now();
        // The run was begun again under its name.
        if (live.history.rounds.length < (this.#state?.history.rounds.length ?? 0)) this.#measures.reset();
        this.#set(initialState(live, this.#state));
      },
      onEvent: (event) => {
        if (this.#state !== undefined) this.#set(applyEvent(this.#state, event));
      },
    });
  }

  #connection(state: ConnectionState): void {
    this.#badge.set(state, this.#options.now());
    this.#main.classList.toggle('stale', state.kind !== 'live');
  }

  #tell(message: string): void {
    this.#problem.hidden = false;
    setText(this.#problem, message);
  }

  #set(state: DashboardState): void {
    const before = this.#state;
    this.#state = state;
    this.#main.hidden = false;
    this.#measures.measure(state.prototypes);
    this.#show(this.#headline, this.#devices);
    if (before?.history !== state.history || before.federation !== state.federation)
      this.#show(this.#alarms, this.#curves, this.#prototypes, this.#geometry);
    else if (before.failures !== state.failures) this.#show(this.#alarms);
    this.#frames.add(this.#drawTitle);
  }

  readonly #drawTitle = (): void => {
    if (this.#state === undefined) return;
    const { federation, history } = this.#state;
    const last = history.rounds.at(-1);
    const codes = new Set(last?.warnings?.map(({ code }) => code));
    const alarms = codes.size + (federation.failure === undefined ? 0 : 1);
    const counted = alarms > 0 ? `${plural(alarms, 'alarm')}: ` : '';
    document.title = `${counted}${federation.name}, round ${federation.round} of ${federation.rounds}`;
  };

  #show(...sections: readonly Section[]): void {
    for (const section of sections) this.#frames.add(this.#work.get(section)!);
  }

  #update(section: Section): void {
    if (this.#state === undefined) return;
    section.update({
      state: this.#state,
      measurements: this.#measures.measurements,
      now: this.#options.now() + this.#ahead,
    });
  }

  #tick(): void {
    this.#badge.tick(this.#options.now());
    if (this.#state !== undefined) this.#show(this.#devices);
  }
}

function nameInAddress(): string | undefined {
  const [, name = ''] = /^#\/(.+)$/.exec(location.hash) ?? [];
  try {
    return name === '' ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
