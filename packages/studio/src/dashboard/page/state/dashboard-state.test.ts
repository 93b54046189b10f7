import type { LiveEvent, RunEvent } from '@protonorm/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServedFederation } from '../../testing/served-federation.test-support.ts';
import { applyEvent, initialState, type DashboardState } from './dashboard-state.ts';

const CLIENTS = ['a', 'b', 'c'];
const ROUNDS = 4;

/** Events of a whole run, in the engine's order. */
function runEvents(accuracies: readonly number[]): readonly RunEvent[] {
  const clients = CLIENTS;
  const evaluated = (round: number): RunEvent => ({
    type: 'evaluated',
    round,
    accuracy: accuracies[round],
    accuracyByLogits: null,
    perClient: {},
  });
  const events: RunEvent[] = [{ type: 'run-started', strategy: 's@1', rounds: ROUNDS, clients }];
  for (let round = 0; round < ROUNDS; round++) {
    events.push({ type: 'round-started', round, selected: clients });
    for (const clientId of clients)
      events.push({ type: 'client-finished', round, clientId, trained: true, bytesUp: 10 });
    events.push({ type: 'client-failed', round, clientId: 'c', code: 'timeout', message: 'late' });
    events.push(evaluated(round), {
      type: 'round-finished',
      round,
      selected: clients,
      contributed: clients,
      failed: {},
      bytesDown: 30,
      bytesUp: 30,
      metrics: {},
      serverMetrics: {},
      prototypes: {
        prototypes: {
          dim: 1,
          classes: Int32Array.of(0),
          counts: Float64Array.of(1),
          vectors: Float32Array.of(round),
        },
      },
    });
  }
  events.push({ type: 'round-started', round: ROUNDS, selected: [] });
  const served = new ServedFederation({ name: 'f', strategy: 's@1', rounds: ROUNDS }, CLIENTS);
  for (const event of [...events, evaluated(ROUNDS)]) served.apply(event);
  return [...events, evaluated(ROUNDS), { type: 'run-finished', history: served.state.history }];
}

/** What the page knows from the server's state after `from` events and all that is told behind them. */
function followed(events: readonly RunEvent[], from: number): { state: DashboardState; told: LiveEvent[] } {
  const served = new ServedFederation({ name: 'f', strategy: 's@1', rounds: ROUNDS }, CLIENTS);
  for (const event of events.slice(0, from)) served.apply(event);
  let state = initialState(served.state);
  const told = events.slice(from).flatMap((event) => served.apply(event));
  for (const event of told) state = applyEvent(state, event);
  return { state, told };
}

const accuracies = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: ROUNDS + 1,
  maxLength: ROUNDS + 1,
});
const place = fc.nat(60);

/** Failures are told once: who comes later does not know them. */
function withoutFailures({ failures: _, ...state }: DashboardState): Omit<DashboardState, 'failures'> {
  return state;
}

describe('the state of the page', () => {
  it('is the same wherever in a run the page was opened', () => {
    fc.assert(
      fc.property(accuracies, place, (given, at) => {
        const events = runEvents(given);
        const from = at % events.length;
        expect(withoutFailures(followed(events, from).state)).toEqual(
          withoutFailures(followed(events, 0).state),
        );
      }),
    );
  });

  it('does not change by events that it has seen: those between stream and state come twice', () => {
    fc.assert(
      fc.property(accuracies, place, place, (given, from, length) => {
        const events = runEvents(given);
        const { state, told } = followed(events, 0);
        const again = told.slice(from % told.length, (from % told.length) + length);
        const runs = again.filter(({ event }) => event === 'run');
        expect(runs.reduce(applyEvent, state)).toEqual(state);
      }),
    );
  });

  it('keeps failures and the open round when the page was cut off, but not those of another federation', () => {
    const events = runEvents([0, 0, 0, 0, 0]);
    const served = new ServedFederation({ name: 'f', strategy: 's@1', rounds: ROUNDS }, CLIENTS);
    let state = initialState(served.state);
    const until = events.findIndex(({ type }) => type === 'client-failed') + 1;
    for (const event of events.slice(0, until).flatMap((own) => served.apply(own)))
      state = applyEvent(state, event);
    expect(state.failures).toHaveLength(1);
    const again = initialState(served.state, state);
    expect([again.failures, again.roundNow]).toEqual([state.failures, state.roundNow]);
    const other = initialState({ ...served.state, name: 'g' }, state);
    expect([other.failures, other.roundNow]).toEqual([[], null]);
  });
});
