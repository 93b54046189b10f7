import type { ErrorCode } from './error-codes.ts';

/** What a {@link ProtoNormError} carries beside its message. */
export interface ErrorDetails {
  /** The value that was received, as it was. */
  readonly received?: unknown;
  /** What would have been accepted. */
  readonly expected?: unknown;
  /** The way out, one sentence for the user. */
  readonly hint?: string;
  readonly cause?: unknown;
}

const BRAND = 'ProtoNormError';

/**
 * The one error class of ProtoNorm: a code for programs, a message for people, the received value and the way out.
 *
 * @example
 * ```ts
 * import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';
 * const error = new ProtoNormError('invalid-argument', 'alpha must be positive', { received: 0 });
 * isProtoNormError(error, 'invalid-argument'); // => true
 * ```
 */
export class ProtoNormError extends Error {
  readonly code: ErrorCode;
  readonly received: unknown;
  readonly expected: unknown;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(details.hint === undefined ? message : `${message} ${details.hint}`, { cause: details.cause });
    this.name = BRAND;
    this.code = code;
    this.received = details.received;
    this.expected = details.expected;
    this.hint = details.hint;
  }
}

/**
 * Tells whether a value is a {@link ProtoNormError} (of a code), also across copies of this package and realms, where
 * `instanceof` fails. Between workers, send `errorToData(error)`: cloning drops name and code.
 */
export function isProtoNormError(value: unknown, code?: ErrorCode): value is ProtoNormError {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as { name?: unknown; code?: unknown };
  return (
    candidate.name === BRAND &&
    typeof candidate.code === 'string' &&
    (code === undefined || candidate.code === code)
  );
}
