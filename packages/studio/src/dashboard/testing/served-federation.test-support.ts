import type { LiveDevice, LiveEvent, LiveFederation, LiveState, RunEvent } from '@protonorm/protocol';

/** Milliseconds that pass between two events. */
const STEP_MS = 1500;

/** What a server would know and tell of a federation while its run goes on; the clock moves with the events. */
export class ServedFederation {
  state: LiveState;

  constructor(own: Pick<LiveFederation, 'name' | 'strategy' | 'rounds'>, clients: readonly string[]) {
    const now = Date.UTC(2026, 0, 1);
    this.state = {
      ...own,
      status: 'waiting',
      round: 0,
      enrolled: clients.length,
      connected: clients.length,
      now,
      history: { evaluations: [], rounds: [] },
      devices: clients.map((clientId): LiveDevice => ({
        clientId,
        connected: true,
        lastSeenAt: now,
        round: null,
        bytesUp: 0,
        bytesDown: 0,
        status: 'idle',
        since: now,
      })),
      prototypes: null,
    };
  }

  get federation(): LiveFederation {
    const { name, strategy, status, round, rounds, enrolled, connected, failure } = this.state;
    return { name, strategy, status, round, rounds, enrolled, connected, ...(failure && { failure }) };
  }

  /** Takes an event of the run in, and returns what is told of it. */
  apply(event: RunEvent): readonly LiveEvent[] {
    this.state = { ...this.state, now: this.state.now + STEP_MS };
    const { history, devices, now } = this.state;
    const told: LiveEvent[] = [{ event: 'run', data: event }];
    const change = (changes: Partial<LiveState>): void => {
      this.state = { ...this.state, ...changes };
      if (changes.devices !== undefined) told.push({ event: 'devices', data: this.state.devices });
      if (changes.status !== undefined || changes.round !== undefined)
        told.push({ event: 'status', data: this.federation });
    };
    switch (event.type) {
      case 'run-started':
        change({ status: 'running' });
        break;
      case 'round-started':
        change({
          devices: devices.map((device) => ({
            ...device,
            status: 'working',
            since: now,
            round: event.round,
          })),
        });
        break;
      case 'client-finished':
        change({
          devices: devices.map((device) =>
            device.clientId === event.clientId
              ? {
                  ...device,
                  status: 'answered',
                  since: now,
                  lastSeenAt: now,
                  bytesUp: device.bytesUp + event.bytesUp,
                }
              : device,
          ),
        });
        break;
      case 'evaluated': {
        const { type: _, ...record } = event;
        change({ history: { ...history, evaluations: [...history.evaluations, record] } });
        break;
      }
      case 'round-finished': {
        const { type: _, prototypes: tables, ...record } = event;
        change({
          history: { ...history, rounds: [...history.rounds, record] },
          round: event.round + 1,
          prototypes: { round: event.round, tables },
          devices: devices.map((device) => ({
            ...device,
            status: 'idle',
            since: now,
            bytesDown: device.bytesDown + event.bytesDown / devices.length,
          })),
        });
        break;
      }
      case 'run-finished':
        change({ history: event.history, status: 'finished' });
        break;
      default:
        break;
    }
    return told;
  }
}
