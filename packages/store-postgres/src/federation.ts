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
import type { Transaction } from './session.ts';

/** What a store works with. */
export interface FederationOptions {
  /** Row of the federation. */
  readonly id: number;
  /** The last event that was kept before this store was opened. */
  readonly lastEvent: number;
  /** Runs a call in a transaction. */
  run<T>(call: (transaction: Transaction) => Promise<T>): Promise<T>;
  readonly now: () => number;
  readonly close: () => Promise<void>;
}

/** A federation in PostgreSQL. All that a call is given is copied or encoded before it waits. */
export function federationStore({ id, lastEvent, run, now, close }: FederationOptions): FederationStore {
  let goesOn = false;
  return {
    async appendEvent(event) {
      const recorded: RecordedEvent = recordedEvent(event);
      const [text, at] = [JSON.stringify(recorded), now()];
      await run(async (transaction) => {
        if (!goesOn) await dropUncovered(transaction, { id, lastEvent });
        await transaction.write(
          `INSERT INTO event (federation, sequence, at, type, round, event)
           SELECT $1, greatest($2, coalesce(max(sequence), 0)) + 1, $3, $4, $5, $6 FROM event WHERE federation = $1`,
          [id, lastEvent, at, recorded.type, recorded.round ?? null, text],
        );
      });
      goesOn = true;
    },
    async loadEvents(page) {
      checkPage(page);
      const rows = await run(({ read }) =>
        read<{ readonly sequence: string; readonly at: number; readonly event: RecordedEvent }>(
          `SELECT sequence, at, event FROM event WHERE federation = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
          [id, page.after, page.limit],
        ),
      );
      return rows.map(({ sequence, at, event }) => ({ sequence: Number(sequence), at, event }));
    },
    async saveSnapshot(snapshot) {
      const rows = encodeSnapshot(snapshot);
      await run((transaction) => saveSnapshot(transaction, id, rows));
    },
    loadSnapshot: () => run((transaction) => loadSnapshot(transaction, id)),
    async loadPrototypes(round) {
      checkRound(round);
      return run((transaction) => loadPrototypes(transaction, { id, round }));
    },
    async saveReply(taskId, reply) {
      checkStoredReply(taskId, reply);
      const { clientId, round } = reply;
      const [record, up] = [encodeReplyRecord(reply), reply.up && reply.up.slice()];
      const saved = await run(({ write }) =>
        write(
          `INSERT INTO reply (federation, task_id, client_id, round, record, up) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT DO NOTHING RETURNING 1`,
          [id, taskId, clientId, round, record, up],
        ),
      );
      return saved.length === 1 ? 'saved' : 'known';
    },
    async loadReplies(round) {
      checkRound(round);
      const rows = await run(({ read }) =>
        read<ReplyRow>(
          `SELECT task_id, client_id, record::text, up FROM reply WHERE federation = $1 AND round = $2`,
          [id, round],
        ),
      );
      return rows
        .map((row) => replyOf(row, round))
        .sort((a, b) => compareTexts(a.reply.clientId, b.reply.clientId) || compareTexts(a.taskId, b.taskId));
    },
    async saveDevice(device) {
      checkDevice(device);
      const [{ clientId }, text] = [device, JSON.stringify(device)];
      await run(({ write }) =>
        write(
          `INSERT INTO device (federation, client_id, record) VALUES ($1, $2, $3)
           ON CONFLICT (federation, client_id) DO UPDATE SET record = excluded.record`,
          [id, clientId, text],
        ),
      );
    },
    async loadDevices() {
      const rows = await run(({ read }) =>
        read<{ readonly record: DeviceRecord }>(`SELECT record FROM device WHERE federation = $1`, [id]),
      );
      return rows.map(({ record }) => record).sort((a, b) => compareTexts(a.clientId, b.clientId));
    },
    async appendAudit(entry) {
      checkAuditEntry(entry);
      const text = JSON.stringify(entry);
      await run(({ write }) =>
        write(
          `INSERT INTO audit (federation, sequence, entry)
           SELECT $1, coalesce(max(sequence), 0) + 1, $2 FROM audit WHERE federation = $1`,
          [id, text],
        ),
      );
    },
    async loadAudit(page) {
      checkPage(page);
      const rows = await run(({ read }) =>
        read<{ readonly sequence: string; readonly entry: AuditEntry }>(
          `SELECT sequence, entry FROM audit WHERE federation = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
          [id, page.after, page.limit],
        ),
      );
      return rows.map(({ sequence, entry }) => ({ ...entry, sequence: Number(sequence) }));
    },
    [Symbol.asyncDispose]: close,
  };
}

async function dropUncovered(
  { read, write }: Transaction,
  { id, lastEvent }: { readonly id: number; readonly lastEvent: number },
): Promise<void> {
  // The rule is `isCovered` of the store kit.
  const [snapshot] = await read<{ readonly round: number }>(
    'SELECT round FROM snapshot WHERE federation = $1',
    [id],
  );
  await write(
    `DELETE FROM event WHERE federation = $1 AND sequence <= $2
     AND ($3::integer IS NULL OR type = 'run-finished' OR coalesce(round, -1) >= $3)`,
    [id, lastEvent, snapshot?.round ?? null],
  );
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

async function saveSnapshot(
  { write }: Transaction,
  id: number,
  { round, engine, tables, clients }: SnapshotRows,
): Promise<void> {
  await write(
    `INSERT INTO snapshot (federation, round, engine) VALUES ($1, $2, $3)
     ON CONFLICT (federation) DO UPDATE SET round = excluded.round, engine = excluded.engine`,
    [id, round, engine],
  );
  await write(
    `INSERT INTO prototypes (federation, round, tables) VALUES ($1, $2, $3)
     ON CONFLICT (federation, round) DO UPDATE SET tables = excluded.tables`,
    [id, round, tables],
  );
  await write(`DELETE FROM client_state WHERE federation = $1`, [id]);
  for (const [clientId, state] of clients) {
    await write(`INSERT INTO client_state (federation, client_id, state) VALUES ($1, $2, $3)`, [
      id,
      clientId,
      state,
    ]);
  }
  await write(`DELETE FROM reply WHERE federation = $1 AND round < $2`, [id, round]);
}

async function loadSnapshot(transaction: Transaction, id: number): Promise<RunSnapshot | undefined> {
  const [snapshot] = await transaction.read<{ readonly round: number; readonly engine: Buffer }>(
    `SELECT round, engine FROM snapshot WHERE federation = $1`,
    [id],
  );
  if (snapshot === undefined) return undefined;
  const states = await transaction.read<{ readonly client_id: string; readonly state: Buffer }>(
    `SELECT client_id, state FROM client_state WHERE federation = $1`,
    [id],
  );
  const { round } = snapshot;
  return {
    round,
    engine: new Uint8Array(snapshot.engine),
    clients: new Map(states.map(({ client_id: clientId, state }) => [clientId, new Uint8Array(state)])),
    prototypes: (await loadPrototypes(transaction, { id, round })) ?? {},
  };
}

async function loadPrototypes(
  { read }: Transaction,
  { id, round }: { readonly id: number; readonly round: number },
): Promise<Record<string, Prototypes> | undefined> {
  const [row] = await read<{ readonly tables: Buffer }>(
    `SELECT tables FROM prototypes WHERE federation = $1 AND round = $2`,
    [id, round],
  );
  if (row === undefined) return undefined;
  return decodeTables(new Uint8Array(row.tables), { what: `The prototypes of round ${round}` });
}

interface ReplyRow {
  readonly task_id: string;
  readonly client_id: string;
  readonly record: string;
  readonly up: Buffer | null;
}

function replyOf({ task_id: taskId, client_id: clientId, record, up }: ReplyRow, round: number): StoredReply {
  return { taskId, reply: decodeReplyRecord(record, { clientId, round, up: up && new Uint8Array(up) }) };
}
