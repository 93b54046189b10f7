import { createHash } from 'node:crypto';
import { ProtoNormError, type ErrorCode } from '@protonorm/tensor';

/** SHA-256 of bytes; of none for null. */
export function checksumOf(bytes: Uint8Array | null): Uint8Array {
  return createHash('sha256')
    .update(bytes ?? new Uint8Array(0))
    .digest();
}

/** Checks that bytes are what was written; returns them. @throws the code, with what they are */
export function checkSum<T extends Uint8Array | null>(
  bytes: T,
  checksum: Uint8Array,
  { code, what }: { readonly code: ErrorCode; readonly what: string },
): T {
  if (Buffer.compare(checksumOf(bytes), checksum) === 0) return bytes;
  throw new ProtoNormError(code, `${what} is not what was written (SHA-256).`, {
    hint: 'The disk has damaged it: put a copy of the database in its place.',
  });
}
