import { crc32 } from '@protonorm/strategy';

/** Bytes with their checksum made right, as one who means harm would. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const end = copy.length - 4;
  new DataView(copy.buffer).setUint32(end, crc32(copy.subarray(0, end)), true);
  return copy;
}

/** A well-formed frame of any number and any header, also of one that no sender makes. */
export function frameOf(
  number: number,
  header: string | Uint8Array,
  body: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bodyFrom = Math.ceil((16 + text.length) / 8) * 8;
  const bytes = new Uint8Array(bodyFrom + body.length + 4);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('PNF1'));
  view.setUint32(4, number, true);
  view.setUint32(8, text.length, true);
  view.setUint32(12, body.length, true);
  bytes.set(text, 16);
  bytes.set(body, bodyFrom);
  return sealed(bytes);
}

/** What a function throws; undefined = nothing. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
