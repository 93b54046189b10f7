import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';

const FULL = 13;
const NOT_A_DATABASE = 26;
const CORRUPT = 11;

/** The primary result code of an error of SQLite; undefined = it is none. */
export function resultCodeOf(error: unknown): number | undefined {
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Tells whether a file is no database, or a damaged one. */
export function isDamaged(error: unknown): boolean {
  return [CORRUPT, NOT_A_DATABASE].includes(resultCodeOf(error) ?? 0);
}

/** What a caller gets of an error of SQLite: `store-failed` with the way out; other errors stay as they are. */
export function storeError(error: unknown, path: string): unknown {
  const code = resultCodeOf(error);
  if (isProtoNormError(error) || code === undefined) return error;
  const hint =
    code === FULL
      ? 'Make room on its disk, or raise maxBytes; what was kept before is there.'
      : isDamaged(error)
        ? 'Put a copy of the file in its place, or begin with a new one.'
        : 'Look at the disk and the rights of the file; what was kept before is there.';
  return new ProtoNormError('store-failed', `The database ${path} failed: ${(error as Error).message}.`, {
    received: path,
    hint,
    cause: error,
  });
}
