import type { ErrorCode } from './error-codes.ts';
import { isProtoNormError, ProtoNormError } from './protonorm-error.ts';

/** An error as plain data, for messages between workers and machines. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly code?: ErrorCode;
  readonly hint?: string;
  readonly stack?: string;
}

/**
 * Packs an error as plain data; `postMessage` alone keeps neither name nor code of a {@link ProtoNormError}.
 *
 * The received value stays behind: it may be large, or private.
 *
 * @example
 * ```ts
 * import { errorFromData, errorToData, isProtoNormError, ProtoNormError } from '@protonorm/tensor';
 * const data = structuredClone(errorToData(new ProtoNormError('timeout', 'No answer.')));
 * isProtoNormError(errorFromData(data), 'timeout'); // => true
 * ```
 */
export function errorToData(error: unknown): ErrorData {
  if (!(error instanceof Error || isProtoNormError(error))) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return {
    name,
    message,
    ...(stack !== undefined && { stack }),
    ...(isProtoNormError(error) && { code: error.code }),
    ...(isProtoNormError(error) && error.hint !== undefined && { hint: error.hint }),
  };
}

/** The error again: a {@link ProtoNormError} when it was one. */
export function errorFromData(data: ErrorData): Error {
  const { name, message, code, hint, stack } = data;
  const suffix = hint === undefined ? '' : ` ${hint}`;
  const error =
    code === undefined
      ? new Error(message)
      : new ProtoNormError(
          code,
          message.endsWith(suffix) ? message.slice(0, message.length - suffix.length) : message,
          {
            ...(hint !== undefined && { hint }),
          },
        );
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
