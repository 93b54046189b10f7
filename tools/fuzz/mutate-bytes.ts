import { crc32 } from '@protonorm/strategy';
import type { Rng } from '@protonorm/tensor';

/** Lengths and counts that programs stumble over. */
const WORDS = [0, 1, 2, 7, 8, 0x7f, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff];

/** One of several, each as likely. */
export function pick<T>(rng: Rng, values: readonly T[]): T {
  return values[rng.integer(values.length)];
}

/** Bytes with their last four made the checksum of those before. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (copy.length < 4) return copy;
  const end = copy.length - 4;
  new DataView(copy.buffer).setUint32(end, crc32(copy.subarray(0, end)), true);
  return copy;
}

type Mutation = (bytes: Uint8Array, rng: Rng, other: Uint8Array) => Uint8Array;

const mutations: readonly Mutation[] = [
  function flipBits(bytes, rng) {
    const copy = Uint8Array.from(bytes);
    for (let n = 1 + rng.integer(8); n > 0; n--) copy[place(copy, rng)] ^= 1 << rng.integer(8);
    return copy;
  },
  function setBytes(bytes, rng) {
    const copy = Uint8Array.from(bytes);
    const from = place(copy, rng);
    return copy.fill(rng.integer(256), from, from + 1 + rng.integer(16));
  },
  function setWord(bytes, rng) {
    const copy = Uint8Array.from(bytes);
    if (copy.length < 4) return copy;
    const at = Math.min(place(copy, rng) & ~3, copy.length - 4);
    const view = new DataView(copy.buffer);
    const near = view.getUint32(at, true) + rng.integer(17) - 8;
    view.setUint32(at, rng.integer(2) === 0 ? pick(rng, WORDS) : near, true);
    return copy;
  },
  function truncate(bytes, rng) {
    return bytes.slice(0, rng.integer(bytes.length + 1));
  },
  function extend(bytes, rng) {
    return joined(
      bytes,
      Uint8Array.from({ length: 1 + rng.integer(64) }, () => rng.integer(256)),
    );
  },
  function remove(bytes, rng) {
    const from = place(bytes, rng);
    return joined(bytes.subarray(0, from), bytes.subarray(from + 1 + rng.integer(32)));
  },
  function repeat(bytes, rng) {
    const from = place(bytes, rng);
    const to = Math.min(bytes.length, from + 1 + rng.integer(64));
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  function splice(bytes, rng, other) {
    return joined(
      bytes.subarray(0, rng.integer(bytes.length + 1)),
      other.subarray(rng.integer(other.length + 1)),
    );
  },
];

/**
 * A frame changed in one to three ways: bits, bytes, words, its length, a piece of another one. Half of them have their checksum made
 * right, so that what lies behind it is reached.
 */
export function mutateBytes(frame: Uint8Array, rng: Rng, other: Uint8Array): Uint8Array {
  let bytes = frame;
  for (let n = 1 + rng.integer(3); n > 0; n--) bytes = pick(rng, mutations)(bytes, rng, other);
  return rng.integer(2) === 0 ? sealed(bytes) : bytes;
}

/** A position, every other time within the first 64 bytes, where lengths are. */
function place(bytes: Uint8Array, rng: Rng): number {
  const end = rng.integer(2) === 0 ? Math.min(64, bytes.length) : bytes.length;
  return rng.integer(Math.max(1, end));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
