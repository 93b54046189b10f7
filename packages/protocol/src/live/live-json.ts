import { ProtoNormError, type Prototypes } from '@protonorm/tensor';
import type { RunEvent } from '../run/run-event.ts';
import type { LiveEvent } from './live-event.ts';
import type { LiveFederation } from './live-federation.ts';
import { liveSchemas } from './live-schemas.ts';
import type { LivePrototypes, LiveState } from './live-state.ts';
import { tableFromJson, tableToJson, type TableJson } from './table-json.ts';

type Tables = Readonly<Record<string, Prototypes>>;

/**
 * A live event as the name and the one line of data of a server-sent event.
 *
 * Vectors of tables are base64 of float32 in little-endian order, every bit kept; other numbers that are not finite become null.
 *
 * @example
 * ```ts
 * import { decodeLiveEvent, encodeLiveEvent } from '@protonorm/protocol';
 * const started = { type: 'round-started', round: 3, selected: ['ann', 'bob'] };
 * const { event, data } = encodeLiveEvent({ event: 'run', data: started });
 * `event: ${event}\ndata: ${data}\n\n`.split('\n').length; // => 4
 * decodeLiveEvent(event, data).data; // => { type: 'round-started', round: 3, selected: ['ann', 'bob'] }
 * ```
 */
export function encodeLiveEvent(event: LiveEvent): {
  readonly event: LiveEvent['event'];
  readonly data: string;
} {
  const { data } = event;
  const plain =
    event.event === 'run' && event.data.type === 'round-finished'
      ? { ...event.data, prototypes: tablesToJson(event.data.prototypes) }
      : data;
  return { event: event.event, data: JSON.stringify(plain) };
}

/**
 * The live event behind name and data of a server-sent event.
 *
 * @throws `message-corrupt` for data that is no JSON, `schema-violation` for an event of another name or content
 */
export function decodeLiveEvent(event: string, data: string): LiveEvent {
  if (event !== 'run' && event !== 'devices' && event !== 'status')
    throw new ProtoNormError('schema-violation', `There is no live event '${event}'.`, {
      received: event,
      expected: ['run', 'devices', 'status'],
      hint: 'Server and page must be of the same version.',
    });
  const plain = parse(event, data);
  if (event !== 'run') return { event, data: plain } as LiveEvent;
  const run = plain as RunEvent & { readonly prototypes: Readonly<Record<string, TableJson>> };
  if (run.type !== 'round-finished') return { event, data: run };
  return { event, data: { ...run, prototypes: tablesFromJson(run.prototypes) } };
}

/** The state of a federation as JSON; tables as in {@link encodeLiveEvent}. */
export function encodeLiveState(state: LiveState): string {
  const { prototypes } = state;
  return JSON.stringify({
    ...state,
    prototypes: prototypes && { ...prototypes, tables: tablesToJson(prototypes.tables) },
  });
}

/**
 * The state of a federation from its JSON.
 *
 * @throws as {@link decodeLiveEvent}
 */
export function decodeLiveState(text: string): LiveState {
  const state = parse('state', text) as Omit<LiveState, 'prototypes'> & {
    readonly prototypes:
      (Omit<LivePrototypes, 'tables'> & { readonly tables: Readonly<Record<string, TableJson>> }) | null;
  };
  const { prototypes } = state;
  return {
    ...state,
    prototypes: prototypes && { ...prototypes, tables: tablesFromJson(prototypes.tables) },
  };
}

/**
 * The list of federations from its JSON.
 *
 * @throws as {@link decodeLiveEvent}
 */
export function decodeLiveFederations(text: string): readonly LiveFederation[] {
  return parse('federations', text) as readonly LiveFederation[];
}

function parse(what: keyof typeof liveSchemas, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProtoNormError('message-corrupt', `What was received as '${what}' is no JSON.`, {
      hint: 'Something between server and page may have cut it.',
      cause,
    });
  }
  const { success, error } = liveSchemas[what].safeParse(value);
  if (!success) {
    const [{ path, message }] = error.issues;
    throw violation(`What was received as '${what}' is none: ${[...path, message].join(': ')}.`);
  }
  // What was checked, not the copy of the check: that one may lack keys such as '__proto__'.
  return value;
}

function tablesToJson(tables: Tables): Readonly<Record<string, TableJson>> {
  return Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, tableToJson(table)]));
}

function tablesFromJson(tables: Readonly<Record<string, TableJson>>): Tables {
  return Object.fromEntries(
    Object.entries(tables).map(([name, json]) => {
      const table = tableFromJson(json);
      if (typeof table === 'string') throw violation(`The table '${name}' has ${table}.`);
      return [name, table];
    }),
  );
}

function violation(message: string): ProtoNormError {
  return new ProtoNormError('schema-violation', message, {
    hint: 'Server and page must be of the same version.',
  });
}
