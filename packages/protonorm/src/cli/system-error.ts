import { ProtoNormError } from '@protonorm/tensor';

/** What the system says about paths, in words. */
const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'lies below a file, not a folder',
  EISDIR: 'is a folder, not a file',
  EEXIST: 'exists already',
  EACCES: 'may not be opened',
  EPERM: 'may not be changed',
  EROFS: 'is on a read-only file system',
  ENAMETOOLONG: 'is too long a name',
};

/** A refusal of the file system about a path that the user gave, as an error with a way out; undefined for other errors. */
export function inputFault(error: unknown): ProtoNormError | undefined {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  const fault = code === undefined ? undefined : FAULTS[code];
  if (fault === undefined || path === undefined) return undefined;
  return new ProtoNormError('invalid-argument', `${path} ${fault} (${code}).`, {
    received: path,
    hint: 'Check the path and its permissions.',
    cause: error,
  });
}
