import type {
  AuditEntry,
  DeviceRecord,
  FederationStore,
  RecordedEvent,
  RunSnapshot,
  StoredReply,
} from '@protonorm/protocol';
import {
  checkAuditEntry,
  checkDevice,
  checkName,
  checkPage,
  checkRound,
  checkStoredReply,
  compareTexts,
  decodeReplyRecord,
  decodeTables,
  encodeReplyRecord,
  encodeTables,
  recordedEvent,
} from '@protonorm/protocol/store-kit';
import type { Prototypes } from '@protonorm/tensor';
import { checkSum, checksumOf } from './checksum.ts';
import type { Connection } from './connection.ts';

/** What a store works with. */
export interface FederationOptions {
  /** Row of the federation. */
  readonly id: number;
  /** The last event that was kept before this store was opened. */
  readonly lastEvent: number;
  /** Runs a call in a transaction. */
  run<T>(call: (connection: Connection) => T): Promise<T>;
  readonly now: () => number;
  readonly close: () => Promise<void>;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * A federation in SQLite. All that a call is given is copied or encoded before it waits. Parameters are plain `?`: Node
 * 22.13 cannot bind numbered ones in order.
 */
export function federationStore({ id, lastEvent, run, now, close }: FederationOptions): FederationStore {
  let goesOn = false;
  return {
    async appendEvent(event) {
      const recorded: RecordedEvent = recordedEvent(event);
      const [text, at] = [JSON.stringify(recorded), now()];
      await run((connection) => {
        if (!goesOn) dropUncovered(connection, { id, lastEvent });
        connection
          .sql(
            `INSERT INTO event (federation, sequence, at, type, round, event)
             SELECT ?, max(?, coalesce(max(sequence), 0)) + 1, ?, ?, ?, ? FROM event WHERE federation = ?`,
          )
          .run(id, lastEvent, at, recorded.type, recorded.round ?? null, text, id);
      });
      goesOn = true;
    },
    async loadEvents(page) {
      checkPage(page);
      const rows = await run(({ sql }) =>
        sql(
          `SELECT sequence, at, event FROM event WHERE federation = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
        ).all(id, page.after, page.limit),
      );
      return rows.map((row) => {
        const { sequence, at, event } = row as { sequence: number; at: number; event: string };
        return { sequence, at, event: JSON.parse(event) as RecordedEvent };
      });
    },
    async saveSnapshot(snapshot) {
      const rows = encodeSnapshot(snapshot);
      await run((connection) => saveSnapshot(connection, id, rows));
    },
    loadSnapshot: () => run((connection) => loadSnapshot(connection, id)),
    async loadPrototypes(round) {
      checkRound(round);
      return run((connection) => loadPrototypes(connection, { id, round }));
    },
    async saveReply(taskId, reply) {
      checkStoredReply(taskId, reply);
      const { clientId, round } = reply;
      const up = reply.up && reply.up.slice();
      const [record, checksum] = [encodeReplyRecord(reply), checksumOf(up)];
      const changes = await run(
        ({ sql }) =>
          sql(
            `INSERT INTO reply (federation, task_id, client_id, round, record, up, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO NOTHING`,
          ).run(id, taskId, clientId, round, record, up, checksum).changes,
      );
      return Number(changes) === 1 ? 'saved' : 'known';
    },
    async loadReplies(round) {
      checkRound(round);
      const rows = await run(({ sql }) =>
        sql(
          `SELECT task_id, client_id, record, up, sha256 FROM reply WHERE federation = ? AND round = ?`,
        ).all(id, round),
      );
      return rows
        .map((row) => replyOf(row, round))
        .sort((a, b) => compareTexts(a.reply.clientId, b.reply.clientId) || compareTexts(a.taskId, b.taskId));
    },
    async saveDevice(device) {
      checkDevice(device);
      const text = JSON.stringify(device);
      const { clientId } = device;
      await run(({ sql }) =>
        sql(`INSERT OR REPLACE INTO device (federation, client_id, record) VALUES (?, ?, ?)`).run(
          id,
          clientId,
          text,
        ),
      );
    },
    async loadDevices() {
      const rows = await run(({ sql }) => sql(`SELECT record FROM device WHERE federation = ?`).all(id));
      return rows
        .map(({ record }) => JSON.parse(record as string) as DeviceRecord)
        .sort((a, b) => compareTexts(a.clientId, b.clientId));
    },
    async appendAudit(entry) {
      checkAuditEntry(entry);
      const text = JSON.stringify(entry);
      await run(({ sql }) =>
        sql(
          `INSERT INTO audit (federation, sequence, entry)
           SELECT ?, coalesce(max(sequence), 0) + 1, ? FROM audit WHERE federation = ?`,
        ).run(id, text, id),
      );
    },
    async loadAudit(page) {
      checkPage(page);
      const rows = await run(({ sql }) =>
        sql(
          `SELECT sequence, entry FROM audit WHERE federation = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
        ).all(id, page.after, page.limit),
      );
      return rows.map(({ sequence, entry }) => ({
        ...(JSON.parse(entry as string) as AuditEntry),
        sequence: sequence as number,
      }));
    },
    [Symbol.asyncDispose]: close,
  };
}

function dropUncovered(
  { sql }: Connection,
  { id, lastEvent }: { readonly id: number; readonly lastEvent: number },
): void {
  // The rule is `isCovered` of the store kit.
  const covered = sql(`SELECT round FROM snapshot WHERE federation = ?`).get(id)?.round ?? null;
  sql(
    `DELETE FROM event WHERE federation = ? AND sequence <= ?
     AND (? IS NULL OR type = 'run-finished' OR coalesce(round, -1) >= ?)`,
  ).run(id, lastEvent, covered, covered);
}

/** A snapshot as it is written: with copies of the caller's arrays. */
interface SnapshotRows {
  readonly round: number;
  readonly engine: Uint8Array;
  readonly tables: Uint8Array;
  readonly clients: readonly (readonly [clientId: string, state: Uint8Array])[];
}

function encodeSnapshot({ round, engine, clients, prototypes }: RunSnapshot): SnapshotRows {
  return {
    round: checkRound(round),
    engine: engine.slice(),
    tables: encodeTables(prototypes),
    clients: Array.from(clients, ([clientId, state]) => [checkName(clientId, 'A client id'), state.slice()]),
  };
}

function saveSnapshot(
  { sql }: Connection,
  id: number,
  { round, engine, tables, clients }: SnapshotRows,
): void {
  sql(`INSERT OR REPLACE INTO snapshot (federation, round, engine, sha256) VALUES (?, ?, ?, ?)`).run(
    id,
    round,
    engine,
    checksumOf(engine),
  );
  sql(`INSERT OR REPLACE INTO prototypes (federation, round, tables, sha256) VALUES (?, ?, ?, ?)`).run(
    id,
    round,
    tables,
    checksumOf(tables),
  );
  sql(`DELETE FROM client_state WHERE federation = ?`).run(id);
  const insert = sql(`INSERT INTO client_state (federation, client_id, state, sha256) VALUES (?, ?, ?, ?)`);
  for (const [clientId, state] of clients) insert.run(id, clientId, state, checksumOf(state));
  sql(`DELETE FROM reply WHERE federation = ? AND round < ?`).run(id, round);
}

function loadSnapshot(connection: Connection, id: number): RunSnapshot | undefined {
  const { sql } = connection;
  const row = sql(`SELECT round, engine, sha256 FROM snapshot WHERE federation = ?`).get(id);
  if (row === undefined) return undefined;
  const round = row.round as number;
  const whole = (row: Row, column: string, what: string): Uint8Array =>
    checkSum(row[column] as Uint8Array, row.sha256 as Uint8Array, {
      code: 'snapshot-corrupt',
      what: `The ${what} of round ${round}`,
    });
  const states = sql(`SELECT client_id, state, sha256 FROM client_state WHERE federation = ?`).all(id);
  return {
    round,
    engine: whole(row, 'engine', 'state of the engine'),
    clients: new Map(
      states.map((state) => [
        state.client_id as string,
        whole(state, 'state', `state of client ${String(state.client_id)}`),
      ]),
    ),
    prototypes: loadPrototypes(connection, { id, round }) ?? {},
  };
}

function loadPrototypes(
  { sql }: Connection,
  { id, round }: { readonly id: number; readonly round: number },
): Record<string, Prototypes> | undefined {
  const row = sql(`SELECT tables, sha256 FROM prototypes WHERE federation = ? AND round = ?`).get(id, round);
  if (row === undefined) return undefined;
  const what = `The prototypes of round ${round}`;
  const tables = row.tables as Uint8Array;
  return decodeTables(checkSum(tables, row.sha256 as Uint8Array, { code: 'snapshot-corrupt', what }), {
    what,
  });
}

function replyOf(row: Row, round: number): StoredReply {
  const [taskId, clientId] = [row.task_id as string, row.client_id as string];
  const up = checkSum(row.up as Uint8Array | null, row.sha256 as Uint8Array, {
    code: 'message-corrupt',
    what: `The upload of ${clientId} in round ${round}`,
  });
  return { taskId, reply: decodeReplyRecord(row.record as string, { clientId, round, up }) };
}
