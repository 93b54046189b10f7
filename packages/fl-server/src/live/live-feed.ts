import type {
  Clock,
  DeviceRecord,
  DeviceStatus,
  EvaluationRecord,
  FederationStatus,
  LiveDevice,
  LiveEvent,
  LiveFederation,
  LivePrototypes,
  LiveState,
  RoundRecord,
  RunEvent,
  RunHistory,
  StoredEvent,
} from '@protonorm/protocol';
import { isProtoNormError } from '@protonorm/tensor';
import type { HostEvent } from '../network/host-event.ts';

/** What a feed is of. */
export interface LiveFeedOptions {
  readonly name: string;
  /** With its version: `protonorm@2`. */
  readonly strategy: string;
  /** Rounds of training in all. */
  readonly rounds: number;
  /** Names by class index. @defaultValue none */
  readonly classNames?: readonly string[];
  /** Paces the news of devices. */
  readonly clock: Clock;
  /** Wall clock in milliseconds since 1970, for pages. */
  readonly now: () => number;
}

/** What a store kept of a federation before this process. */
export interface LiveBeginning {
  /** All kept events, in their order. */
  readonly events: Iterable<Pick<StoredEvent, 'at' | 'event'>>;
  /** The tables of the last snapshot; null = none. */
  readonly prototypes: LivePrototypes | null;
  readonly devices: readonly Pick<DeviceRecord, 'clientId' | 'lastSeenAt'>[];
}

interface Device {
  connected: boolean;
  left: boolean;
  lastSeenAt: number | null;
  round: number | null;
  /** Bytes of finished rounds, and of the one that goes on: it may happen again. */
  bytesUp: number;
  bytesUpNow: number;
  bytesDown: number;
  /** The round of the last reply that the host has told of: its bytes are counted. */
  counted: number | null;
  /** The round that the device has answered last: its download has reached it. */
  reached: number | null;
  status: DeviceStatus;
  since: number | null;
}

const PACE_MS = 1000;
const NO_TABLES = {};

/**
 * Where a federation stands, for pages that follow it: takes in what run and host tell, gives out the whole state and what
 * changes it. It needs no store and no network.
 *
 * News of devices are told at most once a second, all others as they happen. It keeps the history, the last tables and a
 * record for each device, and no events.
 *
 * @example
 * ```ts
 * import { LiveFeed } from '@protonorm/fl-server';
 * import { createSystemClock } from '@protonorm/protocol';
 * const feed = new LiveFeed({
 *   name: 'digits', strategy: 'protonorm@2', rounds: 3, clock: createSystemClock(), now: () => 1_700_000_000_000,
 * });
 * const told = [];
 * const unsubscribe = feed.subscribe(({ event }) => told.push(event));
 * feed.onRunEvent({ type: 'run-started', strategy: 'protonorm@2', rounds: 3, clients: ['ann', 'bob'] });
 * unsubscribe();
 * told; // => ['run', 'status', 'devices']
 * const { status, enrolled, connected } = feed.federation();
 * [status, enrolled, connected]; // => ['running', 2, 0]
 * ```
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #devices = new Map<string, Device>();
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  #history: RunHistory = { evaluations: [], rounds: [] };
  #prototypes: LivePrototypes | null = null;
  #status: FederationStatus = 'waiting';
  #round = 0;
  #failure: LiveFederation['failure'];
  #toldStatus: string;
  #devicesToldAt = -Infinity;
  #cancel: (() => void) | undefined;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    this.#toldStatus = JSON.stringify(this.federation());
  }

  get name(): string {
    return this.#options.name;
  }

  /** The federation as a server lists it. */
  federation(): LiveFederation {
    const { name, strategy, rounds } = this.#options;
    const devices = [...this.#devices.values()];
    return {
      name,
      strategy,
      status: this.#status,
      round: this.#round,
      rounds,
      enrolled: devices.filter(({ left }) => !left).length,
      connected: devices.filter(({ connected }) => connected).length,
      ...(this.#failure && { failure: this.#failure }),
    };
  }

  /** All that a page must know to begin with; events keep it up to date. */
  state(): LiveState {
    const { classNames, now } = this.#options;
    return {
      ...this.federation(),
      now: now(),
      history: this.#history,
      devices: this.#liveDevices(),
      prototypes: this.#prototypes,
      ...(classNames && { classNames }),
    };
  }

  /** @returns what ends the subscription */
  subscribe(listener: (event: LiveEvent) => void): () => void {
    // The same function may listen twice.
    const own = (event: LiveEvent): void => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.#stopTimer();
    };
  }

  /** Begins where the store of an earlier process ended; before the first event. */
  begin({ events, prototypes, devices }: LiveBeginning): void {
    for (const { clientId, lastSeenAt } of devices) this.#device(clientId).lastSeenAt = lastSeenAt;
    for (const { at, event } of events) {
      // The store has the tables elsewhere, and no history.
      if (event.type === 'run-finished') this.#status = 'finished';
      else this.#take({ ...event, prototypes: NO_TABLES } as unknown as RunEvent, at);
    }
    this.#prototypes = prototypes;
    if (this.#status !== 'finished') this.#status = 'waiting';
    for (const device of this.#devices.values()) Object.assign(device, { status: 'idle', since: null });
    this.#tellChanges();
  }

  /** Takes in what happens in the run. */
  onRunEvent(event: RunEvent): void {
    this.#take(event, this.#options.now());
    this.#tell({ event: 'run', data: event });
    this.#tellChanges();
  }

  /** Takes in what happens at the door. */
  onHostEvent(event: HostEvent): void {
    if (event.type === 'refused') return;
    const device = this.#device(event.clientId);
    // The end of a connection is no message of the device.
    if (event.type === 'disconnected') device.connected = false;
    else device.lastSeenAt = this.#options.now();
    if (event.type === 'connected') {
      device.connected = true;
      device.left = false;
    }
    if (event.type === 'left') {
      device.connected = false;
      device.left = true;
    }
    if (event.type === 'reply') {
      device.counted = event.round;
      device.bytesUpNow += event.bytes;
    }
    this.#tellChanges();
  }

  /** The run has ended with an error. */
  fail(error: unknown): void {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    this.#status = 'failed';
    this.#failure = { code: isProtoNormError(error) ? error.code : name, message };
    const at = this.#options.now();
    for (const device of this.#devices.values()) if (device.status === 'working') become(device, 'idle', at);
    this.#tellChanges();
  }

  #take(event: RunEvent, at: number): void {
    const { evaluations, rounds } = this.#history;
    switch (event.type) {
      case 'run-started':
        for (const clientId of event.clients) this.#device(clientId);
        this.#goBackTo(0);
        return;
      case 'run-resumed':
        this.#goBackTo(event.round);
        return;
      case 'round-started':
        for (const device of this.#devices.values()) {
          if (device.left) continue;
          become(device, 'working', at);
          device.round = event.round;
        }
        return;
      case 'client-finished': {
        const device = this.#device(event.clientId);
        become(device, 'answered', at);
        device.lastSeenAt = at;
        device.reached = event.round;
        // Without a host, or kept by the process before: nobody else has counted it.
        if (device.counted !== event.round) device.bytesUpNow += event.bytesUp;
        device.counted = event.round;
        return;
      }
      case 'client-failed':
        become(this.#device(event.clientId), 'failed', at);
        return;
      case 'upload-rejected': {
        const device = this.#device(event.clientId);
        become(device, 'failed', at);
        device.reached = event.round;
        return;
      }
      case 'evaluated': {
        const { type: _, ...record } = withoutTables(event);
        this.#history = { rounds, evaluations: [...evaluations, record as EvaluationRecord] };
        return;
      }
      case 'round-finished': {
        const { type: _, ...record } = withoutTables(event);
        this.#finishRound(record as RoundRecord, at);
        if (Object.keys(event.prototypes).length > 0)
          this.#prototypes = { round: event.round, tables: event.prototypes };
        return;
      }
      case 'run-finished':
        this.#history = event.history;
        this.#status = 'finished';
        for (const device of this.#devices.values()) become(device, 'idle', at);
    }
  }

  #finishRound(record: RoundRecord, at: number): void {
    const { evaluations, rounds } = this.#history;
    const { round, bytesDown, reached = record.selected.length } = record;
    this.#history = { evaluations, rounds: [...rounds, record] };
    this.#round = round + 1;
    for (const device of this.#devices.values()) {
      if (device.reached === round && reached > 0) device.bytesDown += bytesDown / reached;
      device.bytesUp += device.bytesUpNow;
      device.bytesUpNow = 0;
      become(device, 'idle', at);
    }
  }

  /** The run goes on behind a round; what came after it happens again. */
  #goBackTo(round: number): void {
    const before = <T extends { readonly round: number }>(records: readonly T[]): readonly T[] =>
      records.filter((record) => record.round < round);
    const { evaluations, rounds } = this.#history;
    this.#history = { evaluations: before(evaluations), rounds: before(rounds) };
    if (this.#prototypes !== null && this.#prototypes.round >= round) this.#prototypes = null;
    this.#round = round;
    this.#status = 'running';
    this.#failure = undefined;
    for (const device of this.#devices.values()) {
      device.bytesUpNow = 0;
      device.counted = null;
    }
  }

  #device(clientId: string): Device {
    let device = this.#devices.get(clientId);
    if (device === undefined) {
      device = {
        connected: false,
        left: false,
        lastSeenAt: null,
        round: null,
        bytesUp: 0,
        bytesUpNow: 0,
        bytesDown: 0,
        counted: null,
        reached: null,
        status: 'idle',
        since: null,
      };
      this.#devices.set(clientId, device);
    }
    return device;
  }

  #liveDevices(): readonly LiveDevice[] {
    return [...this.#devices]
      .map(([clientId, device]) => ({
        clientId,
        connected: device.connected,
        lastSeenAt: device.lastSeenAt,
        round: device.round,
        bytesUp: device.bytesUp + device.bytesUpNow,
        bytesDown: device.bytesDown,
        status: device.status,
        since: device.since,
      }))
      .sort((a, b) => (a.clientId < b.clientId ? -1 : 1));
  }

  #tellChanges(): void {
    const federation = this.federation();
    const text = JSON.stringify(federation);
    if (text !== this.#toldStatus) {
      this.#toldStatus = text;
      this.#tell({ event: 'status', data: federation });
    }
    if (this.#cancel !== undefined || this.#listeners.size === 0) return;
    const { clock } = this.#options;
    const wait = this.#devicesToldAt + PACE_MS - clock.now();
    if (wait <= 0) this.#tellDevices();
    else this.#cancel = clock.after(wait, () => this.#tellDevices());
  }

  #tellDevices(): void {
    this.#cancel = undefined;
    this.#devicesToldAt = this.#options.clock.now();
    this.#tell({ event: 'devices', data: this.#liveDevices() });
  }

  #stopTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function become(device: Device, status: DeviceStatus, at: number): void {
  if (device.status !== status) device.since = at;
  device.status = status;
}

/** The record of an event, whose tables are kept beside it. */
function withoutTables<T extends object>(event: T): T {
  const record: T & { prototypes?: unknown } = { ...event };
  delete record.prototypes;
  return record;
}
