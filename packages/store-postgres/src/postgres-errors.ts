import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import { DatabaseError } from 'pg';

/** Classes and codes behind which a database comes back: lost connection, restart, too many connections, conflict. */
const PASSING = /^(08...|57P0[1-5]|53300|25P03|40001|40P01)$/;

/** Tells whether to try again on another connection: what the database itself does not refuse. */
export function isPassing(error: unknown): boolean {
  if (isProtoNormError(error) || error instanceof TypeError) return false;
  return !(error instanceof DatabaseError) || PASSING.test(error.code ?? '');
}

/** What a caller gets of an error that does not pass: `store-failed` with the way out. */
export function storeError(error: unknown, server: string): unknown {
  if (isProtoNormError(error) || !(error instanceof DatabaseError)) return error;
  const code = error.code ?? '';
  const hint =
    code === '53100'
      ? 'Make room on its disk; what was kept before is there.'
      : code === '57014'
        ? 'It took longer than statementMs.'
        : code.startsWith('28') || code.startsWith('3D') || code === '42501'
          ? 'Look at the address, the user and its rights.'
          : "Look at the server's log; what was kept before is there.";
  return new ProtoNormError('store-failed', `${server} refused: ${error.message} (${code}).`, {
    received: code,
    hint,
    cause: error,
  });
}

/** Tells whether an error may be of one call alone: not of a database that is away, nor of a federation that is lost. */
export function isOfOneCall(error: unknown): boolean {
  return !isProtoNormError(error, 'invalid-run') && !away.has(error as object);
}

const away = new WeakSet<object>();

/** A database that did not come back within its limit. */
export function unreachable(
  error: unknown,
  { server, limitMs }: { readonly server: string; readonly limitMs: number },
) {
  const failure = new ProtoNormError(
    'store-failed',
    `${server} did not answer for ${limitMs} ms: ${(error as Error).message}.`,
    {
      received: limitMs,
      hint: 'See that it runs and can be reached; the next call tries again.',
      cause: error,
    },
  );
  away.add(failure);
  return failure;
}
