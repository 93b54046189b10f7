import { ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { isCovered, recordedEvent, type RecordedEvent } from '../run/recorded-event.ts';
import {
  checkAuditEntry,
  checkDevice,
  checkName,
  checkPage,
  checkRound,
  checkStoredReply,
} from './check-stored.ts';
import { copySnapshot, copyTables } from './copy-snapshot.ts';
import type {
  AuditEntry,
  DeviceRecord,
  FederationDatabase,
  FederationStore,
  Page,
  StoredEvent,
  StoredReply,
} from './federation-store.ts';
import type { RunSnapshot } from './run-store.ts';
import { compareTexts } from './text-order.ts';

/** What is kept of a federation. */
interface Kept {
  events: StoredEvent[];
  snapshot: RunSnapshot | undefined;
  readonly prototypes: Map<number, Readonly<Record<string, Prototypes>>>;
  /** By task and client. */
  readonly replies: Map<string, StoredReply>;
  readonly devices: Map<string, DeviceRecord>;
  readonly audit: (AuditEntry & { readonly sequence: number })[];
}

/** Settings of {@link createMemoryDatabase}. */
export interface MemoryDatabaseOptions {
  /** Wall clock in milliseconds, for the times of events. @defaultValue always 0 */
  readonly now?: () => number;
}

/**
 * Federations in memory: for tests, and for servers whose federations may end with the process. What a store kept is there
 * when its federation is opened again.
 *
 * @example
 * ```ts
 * import { createMemoryDatabase } from '@protonorm/protocol';
 * const database = createMemoryDatabase();
 * const store = await database.openFederation('digits');
 * const reply = { clientId: 'a', round: 0, up: Uint8Array.of(1, 2), metrics: {} };
 * await store.saveReply('task-1', reply); // => 'saved'
 * await store.saveReply('task-1', reply); // => 'known'
 * (await store.loadReplies(0)).length; // => 1
 * ```
 */
export function createMemoryDatabase({ now = () => 0 }: MemoryDatabaseOptions = {}): FederationDatabase {
  const federations = new Map<string, Kept>();
  const open = new Map<string, FederationStore>();
  let closed = false;
  return {
    async openFederation(name) {
      if (closed) throw new ProtoNormError('disposed', 'The database is closed.');
      checkName(name, 'The name of a federation');
      if (open.has(name)) {
        throw new ProtoNormError('invalid-run', `The federation '${name}' is in use.`, {
          received: name,
          hint: 'Close it first.',
        });
      }
      const kept = federations.get(name) ?? emptyFederation();
      federations.set(name, kept);
      const store = storeOf(kept, { now, close: () => void open.delete(name) });
      open.set(name, store);
      return store;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const store of open.values()) await store[Symbol.asyncDispose]();
    },
  };
}

function emptyFederation(): Kept {
  return {
    events: [],
    snapshot: undefined,
    prototypes: new Map(),
    replies: new Map(),
    devices: new Map(),
    audit: [],
  };
}

function storeOf(
  kept: Kept,
  { now, close }: { readonly now: () => number; readonly close: () => void },
): FederationStore {
  let goesOn = false;
  let closed = false;
  const checkOpen = (): void => {
    if (closed) throw new ProtoNormError('disposed', 'The store is closed.');
  };
  return {
    async appendEvent(event) {
      checkOpen();
      const recorded = copyJson(recordedEvent(event) as RecordedEvent);
      const sequence = (kept.events.at(-1)?.sequence ?? 0) + 1;
      if (!goesOn) kept.events = kept.events.filter(({ event }) => isCovered(event, kept.snapshot?.round));
      goesOn = true;
      kept.events.push({ sequence, at: now(), event: recorded });
    },
    async loadEvents(page) {
      checkOpen();
      return copyJson(pageOf(kept.events, page));
    },
    async saveSnapshot(snapshot) {
      checkOpen();
      checkRound(snapshot.round);
      for (const clientId of snapshot.clients.keys()) checkName(clientId, 'A client id');
      kept.snapshot = copySnapshot(snapshot);
      kept.prototypes.set(snapshot.round, kept.snapshot.prototypes);
      for (const [key, { reply }] of kept.replies) if (reply.round < snapshot.round) kept.replies.delete(key);
    },
    async loadSnapshot() {
      checkOpen();
      return kept.snapshot && copySnapshot(kept.snapshot);
    },
    async loadPrototypes(round) {
      checkOpen();
      const tables = kept.prototypes.get(checkRound(round));
      return tables && copyTables(tables);
    },
    async saveReply(taskId, reply) {
      checkOpen();
      checkStoredReply(taskId, reply);
      const key = JSON.stringify([taskId, reply.clientId]);
      if (kept.replies.has(key)) return 'known';
      kept.replies.set(
        key,
        structuredClone({ taskId, reply: { ...reply, up: reply.up && reply.up.slice() } }),
      );
      return 'saved';
    },
    async loadReplies(round) {
      checkOpen();
      checkRound(round);
      return structuredClone(
        [...kept.replies.values()]
          .filter(({ reply }) => reply.round === round)
          .sort(
            (a, b) => compareTexts(a.reply.clientId, b.reply.clientId) || compareTexts(a.taskId, b.taskId),
          ),
      );
    },
    async saveDevice(device) {
      checkOpen();
      checkDevice(device);
      kept.devices.set(device.clientId, structuredClone(device));
    },
    async loadDevices() {
      checkOpen();
      return structuredClone([...kept.devices.values()]).sort((a, b) => compareTexts(a.clientId, b.clientId));
    },
    async appendAudit(entry) {
      checkOpen();
      checkAuditEntry(entry);
      kept.audit.push({ ...entry, sequence: kept.audit.length + 1 });
    },
    async loadAudit(page) {
      checkOpen();
      return structuredClone(pageOf(kept.audit, page));
    },
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      close();
    },
  };
}

function pageOf<T extends { readonly sequence: number }>(list: readonly T[], page: Page): T[] {
  checkPage(page);
  return list.filter(({ sequence }) => sequence > page.after).slice(0, page.limit);
}

function copyJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
