import { ProtoNormError } from '@protonorm/tensor';

/** A regular file of a tar archive; its bytes are a view into the archive. */
export interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Lists the regular files of an uncompressed tar archive: POSIX ustar, with long names as GNU tar and pax write them.
 *
 * Folders, links and other extended headers are skipped.
 *
 * @throws `data-corrupt` for a wrong header checksum or an archive that ends too early
 */
export function* tarEntries(archive: Uint8Array): Generator<TarEntry> {
  let longName: string | undefined;
  for (let at = 0; at + 512 <= archive.length;) {
    const header = archive.subarray(at, at + 512);
    if (header.every((byte) => byte === 0)) return; // end of archive
    const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    const size = octal(header, 124, 12);
    if (octal(header, 148, 8) !== sum || Number.isNaN(size)) {
      throw new ProtoNormError('data-corrupt', `The archive has a damaged header at byte ${at}.`, {
        received: at,
      });
    }
    const bytes = archive.subarray(at + 512, at + 512 + size);
    if (bytes.length < size) {
      throw new ProtoNormError('data-corrupt', `The archive ends within '${text(header, 0, 100)}'.`, {
        received: bytes.length,
        expected: size,
      });
    }
    const type = header[156];
    if (type === 0 || type === 0x30) {
      const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
      const name = prefix === '' ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`;
      yield { name: longName ?? name, bytes };
    }
    if (type === GNU_LONG_NAME) longName = text(bytes, 0, size);
    else if (type === PAX_HEADER) longName = paxPath(bytes) ?? longName;
    else longName = undefined; // It was that of this file, folder or link.
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new ProtoNormError('data-corrupt', 'The archive ends without an end mark.', {
    received: archive.length,
  });
}

const GNU_LONG_NAME = 'L'.charCodeAt(0);
const PAX_HEADER = 'x'.charCodeAt(0);

/** The path in records `length key=value\n` of a pax header; lengths are in bytes and count themselves. */
function paxPath(records: Uint8Array): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < records.length;) {
    const record = text(records, at, records.length - at);
    const length = Number.parseInt(record, 10);
    if (!(length > 0)) return path;
    const [, key, value] = /^\d+ ([^=]*)=([^]*)\n$/.exec(text(records, at, length)) ?? [];
    if (key === 'path') path = value;
    at += length;
  }
  return path;
}

function text(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function octal(header: Uint8Array, start: number, length: number): number {
  const digits = text(header, start, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}
