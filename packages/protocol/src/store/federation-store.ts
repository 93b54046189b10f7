import type { Prototypes } from '@protonorm/tensor';
import type { RecordedEvent } from '../run/recorded-event.ts';
import type { ClientReply } from '../task/task.ts';
import type { RunStore } from './run-store.ts';

/** A client's answer with the task that it answers. */
export interface StoredReply {
  readonly taskId: string;
  readonly reply: ClientReply;
}

/** An enrolled client. */
export interface DeviceRecord {
  readonly clientId: string;
  /** Ed25519 public key, base64url; null = it has none. */
  readonly key: string | null;
  readonly status: 'allowed' | 'denied' | 'revoked';
  readonly role: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Wall clock in milliseconds, as all times here. */
  readonly enrolledAt: number;
  readonly lastSeenAt: number;
}

/** What somebody did, or was refused. */
export interface AuditEntry {
  /** Wall clock in milliseconds. */
  readonly at: number;
  /** null = not known, as before the handshake. */
  readonly clientId: string | null;
  /** Where it came from. */
  readonly address: string;
  readonly action: string;
  /** Code of the error; null = it was done. */
  readonly code: string | null;
  readonly detail: string;
}

/** A kept event with its place, which grows from one to the next, and the time at which it was kept. */
export interface StoredEvent {
  readonly sequence: number;
  readonly at: number;
  readonly event: RecordedEvent;
}

/** A part of a list that grows: at most `limit` (>= 1) members behind the sequence number `after` (0 = from the first). */
export interface Page {
  readonly after: number;
  readonly limit: number;
}

/**
 * Where a server keeps one federation. Each call that resolves has made its data durable, one that rejects has left what
 * was there as it was; calls may run beside each other, but for those of {@link RunStore}. Neither side keeps the other's
 * arrays.
 *
 * Ids and names are well-formed Unicode without NUL, of at most 1,000 bytes of UTF-8; all other text is free.
 *
 * Every store passes `testFederationStore` of `@protonorm/protocol/testkit`.
 *
 * @throws from each call: `invalid-argument`, `store-failed`, `disposed`; `invalid-run` when another process owns the
 * federation now
 */
export interface FederationStore extends RunStore, AsyncDisposable {
  /** Kept events in their order; those whose rounds happen again are dropped by the first one behind a new opening. */
  loadEvents(page: Page): Promise<readonly StoredEvent[]>;
  /** Tables of the snapshot that was saved at a round; undefined = there was none. @throws `snapshot-corrupt` */
  loadPrototypes(round: number): Promise<Readonly<Record<string, Prototypes>> | undefined>;
  /** The first reply of a client to a task stays: another one to the same task is 'known' and changes nothing. */
  saveReply(taskId: string, reply: ClientReply): Promise<'saved' | 'known'>;
  /**
   * Replies of a round in the order of client ids (UTF-16, as `sort` has it). Those of rounds before a snapshot are
   * dropped when it is saved. @throws `message-corrupt` for one that is not what was written
   */
  loadReplies(round: number): Promise<readonly StoredReply[]>;
  /** Adds a device, or takes the place of what was kept of it. */
  saveDevice(device: DeviceRecord): Promise<void>;
  /** All devices in the order of client ids. */
  loadDevices(): Promise<readonly DeviceRecord[]>;
  /** Adds an entry behind all others; nothing changes or removes one. */
  appendAudit(entry: AuditEntry): Promise<void>;
  loadAudit(page: Page): Promise<readonly (AuditEntry & { readonly sequence: number })[]>;
}

/** Where a server keeps its federations, which do not see each other. */
export interface FederationDatabase extends AsyncDisposable {
  /**
   * Claims a federation, new or kept, until the store is disposed: one process writes to it at a time.
   *
   * @throws `invalid-argument`; `invalid-run` when it is in use; `store-failed`; `disposed`
   */
  openFederation(name: string): Promise<FederationStore>;
}
