import type { ErrorCode } from '../errors/error-codes.ts';
import { ProtoNormError } from '../errors/protonorm-error.ts';
import { arrayTypes, isDtype, type Safetensor, type SafetensorDtype } from './dtype.ts';

/** Settings of {@link decodeSafetensors}. */
export interface DecodeOptions {
  /** What is thrown for damaged bytes. @defaultValue 'message-corrupt' */
  readonly code?: ErrorCode;
  /** What messages call the bytes. @defaultValue 'The message' */
  readonly what?: string;
}

/** Named arrays and texts, both without a prototype, so that no name can reach one. */
export interface SafetensorFile {
  readonly tensors: Readonly<Record<string, Safetensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** As in the official library: a longer header is no header. */
const LONGEST_HEADER = 100_000_000;

interface Entry {
  readonly name: string;
  readonly dtype: SafetensorDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads the safetensors format.
 *
 * Every number of the header is checked before anything is allocated, and what is allocated is never more than the input:
 * lengths, offsets without overlaps and holes, shapes that fit, UTF-8, JSON.
 *
 * @param bytes - the whole file; not kept
 * @returns copies that belong to the caller
 * @throws `message-corrupt`, or the code of the options, for anything that is not exactly this format
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  { code = 'message-corrupt', what = 'The message' }: DecodeOptions = {},
): SafetensorFile {
  const fail = (why: string, received?: unknown): never => {
    throw new ProtoNormError(code, `${what} is no valid safetensors file: ${why}.`, { received });
  };
  const { header, start } = readHeader(bytes, fail);
  const metadata = Object.create(null) as Record<string, string>;
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') {
      entries.push(readEntry(name, value, fail));
      continue;
    }
    if (!isRecord(value)) fail('its metadata is no object', value);
    for (const [key, text] of Object.entries(value as Record<string, unknown>)) {
      metadata[key] = typeof text === 'string' ? text : fail(`its metadata '${key}' is no text`, text);
    }
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end) fail(`'${entry.name}' begins at ${entry.begin} instead of ${end}`, entry.begin);
    end = entry.end;
  }
  if (start + end !== bytes.length) {
    fail(`it has ${bytes.length} bytes, but its header says ${start + end}`, bytes.length);
  }
  const tensors = Object.create(null) as Record<string, Safetensor>;
  for (const { name, dtype, shape, begin, end } of entries) {
    // A copy starts at an aligned address, wherever the bytes lie.
    const { buffer } = new Uint8Array(bytes.subarray(start + begin, start + end));
    tensors[name] = { dtype, shape, data: new arrayTypes[dtype](buffer) } as Safetensor;
  }
  return { tensors, metadata };
}

type Fail = (why: string, received?: unknown) => never;

function readHeader(bytes: Uint8Array, fail: Fail): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8)
    fail(`it has ${bytes.length} bytes, less than the length of its header`, bytes.length);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(LONGEST_HEADER)) fail(`its header of ${length} bytes is too long`, length);
  const start = 8 + Number(length);
  if (start > bytes.length) fail(`it ends within its header of ${length} bytes`, bytes.length);
  let header: unknown;
  try {
    // `ignoreBOM` keeps a byte order mark, which is then no JSON.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, start));
    header = JSON.parse(text);
  } catch (cause) {
    fail(`its header is no JSON in UTF-8 (${(cause as Error).message})`);
  }
  return isRecord(header) ? { header, start } : fail('its header is no object', header);
}

function readEntry(name: string, value: unknown, fail: Fail): Entry {
  if (!isRecord(value)) return fail(`'${name}' is no object`, value);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) return fail(`'${name}' has the unknown dtype ${JSON.stringify(dtype)}`, dtype);
  if (!(Array.isArray(shape) && shape.every(isCount))) {
    return fail(`'${name}' has the shape ${JSON.stringify(shape)}`, shape);
  }
  if (!(Array.isArray(offsets) && offsets.length === 2 && offsets.every(isCount))) {
    return fail(`'${name}' has the offsets ${JSON.stringify(offsets)}`, offsets);
  }
  const [begin, end] = offsets as [number, number];
  // Exact while safe; beyond, the product is no length of these bytes anyway.
  const size = (shape as number[]).reduce(
    (product, extent) => product * extent,
    arrayTypes[dtype].BYTES_PER_ELEMENT,
  );
  if (!(Number.isSafeInteger(size) && end - begin === size)) {
    return fail(
      `'${name}' of shape [${shape.join(', ')}] has ${end - begin} bytes instead of ${size}`,
      offsets,
    );
  }
  return { name, dtype, shape: shape as number[], begin, end };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
