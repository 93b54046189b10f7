import { ProtoNormError } from '@protonorm/tensor';
import type { ClientReply } from '../task/task.ts';
import type { AuditEntry, DeviceRecord, Page } from './federation-store.ts';

/** Longest id or name in bytes of UTF-8: two of them fit into the key of any database. */
const LONGEST_NAME = 1000;

/**
 * Checks an id or a name that a store finds things by; returns it.
 *
 * @param what - what the message calls it
 * @throws `invalid-argument` unless it is well-formed Unicode without NUL, of at most 1,000 bytes of UTF-8
 * @example
 * ```ts
 * import { checkName } from '@protonorm/protocol/store-kit';
 * checkName('client-0', 'The client id'); // => 'client-0'
 * ```
 */
export function checkName(name: string, what: string): string {
  const usable = typeof name === 'string' && name.isWellFormed() && !name.includes('\0');
  if (!usable || new TextEncoder().encode(name).length > LONGEST_NAME) {
    throw invalid(`${what} must be Unicode text without NUL, of at most ${LONGEST_NAME} bytes.`, name);
  }
  return name;
}

/**
 * Checks a number of rounds, or of a round; returns it.
 *
 * @throws `invalid-argument` unless it is an integer from 0 to 2^31-1
 */
export function checkRound(round: number): number {
  if (!(Number.isInteger(round) && round >= 0 && round < 2 ** 31)) {
    throw invalid('A round must be an integer from 0 to 2^31-1.', round);
  }
  return round;
}

/** Checks what a store needs to keep a reply. @throws `invalid-argument` */
export function checkStoredReply(taskId: string, { clientId, round, up }: ClientReply): void {
  checkName(taskId, 'The id of a task');
  checkName(clientId, 'The client id of a reply');
  checkRound(round);
  if (up !== null && !(up instanceof Uint8Array)) throw invalid('An upload must be bytes, or null.', up);
}

/** Checks what a store needs to keep a device. @throws `invalid-argument` */
export function checkDevice({ clientId, status, enrolledAt, lastSeenAt }: DeviceRecord): void {
  checkName(clientId, 'The client id of a device');
  if (!['allowed', 'denied', 'revoked'].includes(status)) {
    throw invalid(`The status of a device must be allowed, denied or revoked.`, status);
  }
  checkTime(enrolledAt);
  checkTime(lastSeenAt);
}

/** Checks what a store needs to keep an entry. @throws `invalid-argument` */
export function checkAuditEntry({ at }: AuditEntry): void {
  checkTime(at);
}

/** Checks which part of a list is asked for. @throws `invalid-argument` */
export function checkPage({ after, limit }: Page): void {
  if (!(Number.isSafeInteger(after) && after >= 0)) {
    throw invalid('A page begins after an integer >= 0.', after);
  }
  if (!(Number.isInteger(limit) && limit >= 1 && limit < 2 ** 31)) {
    throw invalid('The limit of a page must be an integer from 1 to 2^31-1.', limit);
  }
}

function checkTime(at: number): void {
  if (!Number.isFinite(at)) throw invalid('A time must be a finite number of milliseconds.', at);
}

function invalid(message: string, received: unknown): ProtoNormError {
  return new ProtoNormError('invalid-argument', message, { received });
}
