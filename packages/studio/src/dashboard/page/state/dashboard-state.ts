import type {
  LiveDevice,
  LiveEvent,
  LiveFederation,
  LivePrototypes,
  LiveState,
  RunEvent,
  RunHistory,
} from '@protonorm/protocol';

/** A client that did not finish, or whose upload was refused. */
interface ClientFailure {
  readonly round: number;
  readonly clientId: string;
  readonly code: string;
  readonly message: string;
}

/** What the page shows of a federation; plain data, changed by {@link applyEvent} alone. */
export interface DashboardState {
  readonly federation: LiveFederation;
  readonly history: RunHistory;
  readonly devices: readonly LiveDevice[];
  /** Of the last round that has any. */
  readonly prototypes: LivePrototypes | null;
  readonly classNames: readonly string[];
  /** The round that goes on, from 0; null before the first and behind the last. */
  readonly roundNow: { readonly round: number; readonly selected: readonly string[] } | null;
  /** The latest, oldest first. */
  readonly failures: readonly ClientFailure[];
}

const MOST_FAILURES = 100;

/** The state that a page begins with, and begins again with after it was cut off. */
export function initialState(live: LiveState, before?: DashboardState): DashboardState {
  const { now: _, history, devices, prototypes, classNames = [], ...federation } = live;
  const same = before?.federation.name === federation.name;
  return {
    federation,
    history,
    devices,
    prototypes,
    classNames,
    roundNow:
      same && before.roundNow !== null && isOpen(before.roundNow.round, { history, federation })
        ? before.roundNow
        : null,
    // The server does not repeat them.
    failures: same ? before.failures : [],
  };
}

/** The state behind an event; an event that came before changes nothing. */
export function applyEvent(state: DashboardState, { event, data }: LiveEvent): DashboardState {
  if (event === 'devices') return { ...state, devices: data };
  if (event === 'status') return { ...state, federation: data };
  return applyRunEvent(state, data);
}

function applyRunEvent(state: DashboardState, event: RunEvent): DashboardState {
  const { history, failures } = state;
  switch (event.type) {
    case 'run-started':
    case 'run-resumed':
    case 'client-finished':
      return state;
    case 'round-started': {
      const { round, selected } = event;
      return isOpen(round, state) ? { ...state, roundNow: { round, selected } } : state;
    }
    case 'client-failed':
    case 'upload-rejected': {
      const { round, clientId, code, message } = event;
      const known = failures.some(
        (failure) => failure.round === round && failure.clientId === clientId && failure.code === code,
      );
      return known
        ? state
        : { ...state, failures: [...failures, { round, clientId, code, message }].slice(-MOST_FAILURES) };
    }
    case 'evaluated': {
      const { type: _, ...evaluation } = event;
      return {
        ...state,
        history: { ...history, evaluations: withRound(history.evaluations, evaluation) },
      };
    }
    case 'round-finished': {
      const { type: _, prototypes: tables, ...record } = event;
      const { round } = record;
      const known = state.prototypes?.round ?? -1;
      const { federation } = state;
      return {
        ...state,
        federation: { ...federation, round: Math.max(federation.round, round + 1) },
        history: { ...history, rounds: withRound(history.rounds, record) },
        prototypes: round >= known && Object.keys(tables).length > 0 ? { round, tables } : state.prototypes,
        roundNow: state.roundNow !== null && state.roundNow.round <= round ? null : state.roundNow,
      };
    }
    case 'run-finished':
      return { ...state, history: event.history, roundNow: null };
  }
}

/** Not over: behind the last round of training there is one evaluation more, which leaves no record of a round. */
function isOpen(
  round: number,
  { history, federation }: Pick<DashboardState, 'history' | 'federation'>,
): boolean {
  const { rounds, evaluations } = history;
  const ended = round >= federation.rounds && (evaluations.at(-1)?.round ?? -1) >= round;
  return round > (rounds.at(-1)?.round ?? -1) && !ended;
}

/** Records by round, ascending, with one more or a newer one. */
function withRound<T extends { readonly round: number }>(records: readonly T[], record: T): readonly T[] {
  const last = records.at(-1);
  if (last === undefined || last.round < record.round) return [...records, record];
  return [...records.filter(({ round }) => round !== record.round), record].sort((a, b) => a.round - b.round);
}
