import { isProtoNormError } from '@protonorm/tensor';

/** What the process tells its caller. */
export const EXIT = {
  ok: 0,
  /** A check failed, or something broke that is not the user's input. */
  failed: 1,
  /** Bad input: the message says what was received and how to go on. */
  badInput: 2,
  /** Ended by Ctrl-C; the snapshot is complete. */
  interrupted: 130,
} as const;

/** Thrown to abort by Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Codes of errors that are no fault of the input. */
const NOT_INPUT = new Set([
  'diverged',
  'timeout',
  'client-failed',
  'worker-failed',
  'connection-lost',
  'rate-limited',
  'store-failed',
  'quorum-not-reached',
  'download-failed',
  'disposed',
  'out-of-memory',
]);

/** Tells whether an error is the answer to Ctrl-C. */
export function isInterruption(error: unknown): boolean {
  return error instanceof Interrupted || (error instanceof Error && error.name === 'AbortError');
}

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  if (isInterruption(error)) return EXIT.interrupted;
  return isProtoNormError(error) && !NOT_INPUT.has(error.code) ? EXIT.badInput : EXIT.failed;
}
