import type { RunEvent } from './run-event.ts';

/** An event as stores keep it: plain JSON with names in place of tables, and without the history. */
export interface RecordedEvent {
  readonly type: RunEvent['type'];
  readonly round?: number;
  readonly [member: string]: unknown;
}

/**
 * An event as stores keep it. The snapshot has the tables and the history, so that a line of the log stays short.
 *
 * @example
 * ```ts
 * import { recordedEvent } from '@protonorm/protocol/store-kit';
 * recordedEvent({ type: 'run-finished', history: { evaluations: [], rounds: [] } }); // => { type: 'run-finished' }
 * ```
 */
export function recordedEvent(event: RunEvent): RecordedEvent {
  if (event.type === 'round-finished') return { ...event, prototypes: Object.keys(event.prototypes) };
  if (event.type === 'run-finished') return { type: event.type };
  return { ...event };
}

/**
 * Tells whether an event stays when a run goes on behind a snapshot; the rounds of the others happen again.
 *
 * @param covered - rounds that the latest snapshot has behind it; undefined = there is none, the run begins anew
 * @example
 * ```ts
 * import { isCovered } from '@protonorm/protocol/store-kit';
 * isCovered({ type: 'round-started', round: 2 }, 2); // => false
 * ```
 */
export function isCovered(
  { type, round = -1 }: { readonly type: string; readonly round?: number },
  covered: number | undefined,
): boolean {
  return covered !== undefined && type !== 'run-finished' && round < covered;
}
