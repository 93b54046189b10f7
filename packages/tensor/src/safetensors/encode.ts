import { ProtoNormError } from '../errors/protonorm-error.ts';
import { arrayTypes, dtypeOrder, isDtype, type Safetensor } from './dtype.ts';

/** Where encoded bytes are written to. */
export interface EncodeOptions {
  readonly allocate?: ((length: number) => Uint8Array<ArrayBuffer>) | undefined;
}

/**
 * Writes named arrays in the safetensors format: a length, a JSON header, the bytes.
 *
 * Equal arrays give equal bytes: tensors are sorted by width and name, as the official library does, and the header is
 * padded with spaces to a multiple of 8 bytes. Little-endian machines only, which all that run JavaScript engines are.
 *
 * @param tensors - by name; `data` of the array type of its dtype and of the length of its shape; not kept
 * @param metadata - texts by key, written to the header in sorted order
 * @param options - `allocate`: gives the array for so many bytes, all of which are written; a fresh one when left out
 * @throws `invalid-argument` for an unknown dtype, an array of another type, or the name `__metadata__`;
 *   `shape-mismatch` when shape and length disagree
 * @see https://huggingface.co/docs/safetensors
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from '@protonorm/tensor';
 * const bytes = encodeSafetensors({ w: { dtype: 'F32', shape: [2, 1], data: Float32Array.of(1, 2) } });
 * decodeSafetensors(bytes).tensors.w.shape; // => [2, 1]
 * ```
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Safetensor>>,
  metadata: Readonly<Record<string, string>> = {},
  { allocate = (length) => new Uint8Array(length) }: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(tensors);
  for (const [name, tensor] of entries) checkTensor(name, tensor);
  for (const [key, text] of Object.entries(metadata)) {
    if (typeof text !== 'string') {
      throw new ProtoNormError('invalid-argument', `The metadata '${key}' must be a text.`, {
        received: text,
      });
    }
  }
  const rank = ({ dtype }: Safetensor): number => dtypeOrder.indexOf(dtype);
  entries.sort(([a, x], [b, y]) => rank(x) - rank(y) || (a < b ? -1 : 1));

  const header: [name: string, json: string][] = [];
  const texts = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (texts.length > 0) {
    header.push(['__metadata__', jsonObject(texts.map(([key, value]) => [key, JSON.stringify(value)]))]);
  }
  let end = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    const offsets = JSON.stringify([end, (end += data.byteLength)]);
    header.push([
      name,
      jsonObject([
        ['dtype', JSON.stringify(dtype)],
        ['shape', JSON.stringify(shape)],
        ['data_offsets', offsets],
      ]),
    ]);
  }
  const text = new TextEncoder().encode(jsonObject(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = allocate(8 + headerLength + end);
  new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(text, 8);
  let at = 8 + headerLength;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** JSON of an object in the order of its members; `JSON.stringify` would put '1' in front of 'a'. */
function jsonObject(members: readonly (readonly [key: string, json: string])[]): string {
  return `{${members.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}

function checkTensor(name: string, { dtype, shape, data }: Safetensor): void {
  if (name === '__metadata__') {
    throw new ProtoNormError('invalid-argument', "'__metadata__' cannot name a tensor.", {
      hint: 'Pass metadata as the second argument.',
    });
  }
  if (!isDtype(dtype)) {
    throw new ProtoNormError('invalid-argument', `'${name}' has the unknown dtype '${String(dtype)}'.`, {
      received: dtype,
      expected: dtypeOrder,
    });
  }
  const expected = arrayTypes[dtype].name;
  if (!ArrayBuffer.isView(data) || data[Symbol.toStringTag] !== expected) {
    throw new ProtoNormError(
      'invalid-argument',
      `'${name}' of dtype ${dtype} must be held in a ${expected}.`,
      {
        received: data,
        expected,
      },
    );
  }
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0) || size !== data.length) {
    throw new ProtoNormError(
      'shape-mismatch',
      `'${name}' has the shape [${shape.join(', ')}], but ${data.length} numbers.`,
      { received: data.length, expected: size },
    );
  }
}
