import type { AuditEntry, DeviceRecord, FederationStore, StoredReply } from '../../store/federation-store.ts';
import type { ClientReply } from '../../task/task.ts';
import { expectBytes, expectSameJson, expectThat } from '../expectations.ts';
import type { StoreContext } from './store-context.ts';

/** What a check of federation stores works with. */
export interface FederationContext extends StoreContext {
  /** An empty store; the kit closes it. */
  readonly store: FederationStore;
  /** Opens another federation of the same database; the kit closes it. */
  openFederation(name: string): Promise<FederationStore>;
  /** Closes the store and the database, and opens them again. */
  reopen(): Promise<{ readonly store: FederationStore; events(): Promise<readonly unknown[]> }>;
}

/** Ids that are easily mixed up, or taken for something else. */
// prettier-ignore
export const ids: readonly string[] = [
  'client-0', 'client-10', 'client-2', 'A', 'a', 'Ä', 'a/b', '..', ' ', '', "o'hara", '%', '图', '\u{1f600}', '\uffff',
  'x'.repeat(300), 'constructor', '__proto__', 'null',
];

/** A reply with all that one can have. */
export function replyOf(clientId: string, changes: Partial<ClientReply> = {}): ClientReply {
  return {
    clientId,
    round: 3,
    evaluation: { samples: 12, correct: 7, correctByLogits: 0 },
    up: Uint8Array.from({ length: 40 }, (_, i) => (i * 37) & 255),
    metrics: { loss: 0.1 + 0.2, steps: 2 ** 53 - 1 },
    ...changes,
  };
}

/** A device with all that one can have. */
export function deviceOf(clientId: string, changes: Partial<DeviceRecord> = {}): DeviceRecord {
  return {
    clientId,
    key: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    status: 'allowed',
    role: 'client',
    labels: { site: 'north', 'a"b': '\\ \u0000 图' },
    enrolledAt: 1_764_111_600_000.25,
    lastSeenAt: 1_764_111_600_001,
    ...changes,
  };
}

/** An entry that tells its number. */
export function auditOf(number: number, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    at: 1_764_111_600_000 + number,
    clientId: `client-${number}`,
    address: '127.0.0.1:4000',
    action: 'upload',
    code: null,
    detail: `entry ${number}`,
    ...changes,
  };
}

/** @throws ConformanceError unless the replies are the same to the bit, in the same order */
export function expectReplies(
  actual: readonly StoredReply[],
  expected: readonly StoredReply[],
  what: string,
): void {
  const keys = (replies: readonly StoredReply[]): unknown =>
    replies.map(({ taskId, reply }) => [taskId, reply.clientId, reply.round]);
  expectSameJson(keys(actual), keys(expected), `${what}: tasks, clients and rounds`);
  expected.forEach(({ reply: wanted }, i) => {
    const got = actual[i].reply;
    const of = `${what}: the reply of '${wanted.clientId.slice(0, 20)}'`;
    expectBytes(got.up, wanted.up, of);
    expectThat(
      (got.evaluation === undefined) === (wanted.evaluation === undefined),
      `${of}: evaluation ${String(got.evaluation)}`,
    );
    if (wanted.evaluation) expectSameJson(got.evaluation, wanted.evaluation, `${of}: evaluation`);
    const names = Object.keys(wanted.metrics);
    expectSameJson(Object.keys(got.metrics).sort(), names.toSorted(), `${of}: metrics`);
    for (const name of names) {
      expectThat(
        Object.is(got.metrics[name], wanted.metrics[name]),
        `${of}: ${name} = ${got.metrics[name]} instead of ${wanted.metrics[name]}`,
      );
    }
  });
}

/** All entries, read in parts of `limit`. @throws ConformanceError unless their numbers ascend */
export async function readAll<T extends { readonly sequence: number }>(
  load: (page: { readonly after: number; readonly limit: number }) => Promise<readonly T[]>,
  limit: number,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (;;) {
    const part = await load({ after: all.at(-1)?.sequence ?? 0, limit });
    expectThat(part.length <= limit, `a page of ${limit} has ${part.length} members`);
    for (const one of part) {
      const before = all.at(-1)?.sequence ?? 0;
      expectThat(one.sequence > before, `sequence ${one.sequence} behind ${before}`);
      all.push(one);
    }
    if (part.length < limit) return all;
  }
}
