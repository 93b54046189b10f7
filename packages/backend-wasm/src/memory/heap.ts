import { ProtoNormError } from '@protonorm/tensor';

const PAGE = 65_536;
const ALIGNMENT = 64;

/** A piece of a {@link Heap}. */
export interface Block {
  /** Byte offset in the memory, a multiple of 64. */
  readonly address: number;
  readonly bytes: number;
  /** Gives it back, once. */
  free(): void;
}

/** A growing WebAssembly memory, handed out in blocks. Blocks never move; views on the memory are made anew when it grows. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  /** Most bytes that it may have. */
  readonly limit: number;
  /** Holes between the blocks, in the order of their addresses. */
  #holes: { address: number; bytes: number }[] = [];
  /** Where nothing is given out. */
  #top = ALIGNMENT;
  /** Where nothing has ever been given out: WebAssembly's zeros are still there. */
  #untouched = ALIGNMENT;
  #floats: Float32Array;

  /** @param limit - bytes, at most 4 GiB */
  constructor(limit: number) {
    this.limit = limit;
    const maximum = Math.max(1, Math.floor(limit / PAGE));
    this.memory = new WebAssembly.Memory({ initial: 1, maximum });
    this.#floats = new Float32Array(this.memory.buffer);
  }

  /** The memory as float32 numbers; valid until the next `allocate`. */
  get floats(): Float32Array {
    if (this.#floats.length === 0) this.#floats = new Float32Array(this.memory.buffer);
    return this.#floats;
  }

  /** Some numbers of the memory; valid until the next `allocate`. */
  view(address: number, length: number): Float32Array {
    return this.floats.subarray(address / 4, address / 4 + length);
  }

  /**
   * @param what - for the message when it does not fit
   * @returns a block of zeros
   * @throws `out-of-memory`; everything is then as before
   */
  allocate(bytes: number, what: string): Block {
    const size = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    const hole = this.#holes.find((candidate) => candidate.bytes >= size);
    let address: number;
    if (hole === undefined) {
      address = this.#top;
      this.#grow(address + size, what);
      this.#top = address + size;
    } else {
      address = hole.address;
      hole.address += size;
      hole.bytes -= size;
      if (hole.bytes === 0) this.#holes = this.#holes.filter((other) => other !== hole);
    }
    const used = Math.min(address + size, this.#untouched) - address;
    if (used > 0) this.view(address, used / 4).fill(0);
    this.#untouched = Math.max(this.#untouched, address + size);
    let held = true;
    return {
      address,
      bytes: size,
      free: () => {
        if (!held) return;
        held = false;
        this.#release(address, size);
      },
    };
  }

  #grow(end: number, what: string): void {
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    const received = `${Math.ceil(end / 2 ** 20)} MiB`;
    const expected = `at most ${Math.floor(this.limit / 2 ** 20)} MiB`;
    if (end > this.limit) throw outOfMemory(what, { received, expected });
    try {
      this.memory.grow(missing);
    } catch (cause) {
      throw outOfMemory(what, { received, expected, cause });
    }
    this.#floats = new Float32Array(this.memory.buffer);
  }

  #release(address: number, bytes: number): void {
    const holes = [...this.#holes, { address, bytes }].sort((a, b) => a.address - b.address);
    const merged: { address: number; bytes: number }[] = [];
    for (const hole of holes) {
      const last = merged.at(-1);
      if (last !== undefined && last.address + last.bytes === hole.address) last.bytes += hole.bytes;
      else merged.push({ ...hole });
    }
    const last = merged.at(-1);
    if (last !== undefined && last.address + last.bytes === this.#top) {
      this.#top = last.address;
      merged.pop();
    }
    this.#holes = merged;
  }
}

function outOfMemory(
  what: string,
  details: { readonly received: string; readonly expected: string; readonly cause?: unknown },
): ProtoNormError {
  return new ProtoNormError(
    'out-of-memory',
    `${what} would bring the WebAssembly memory to ${details.received}; there are ${details.expected}.`,
    {
      ...details,
      hint: 'Take a smaller batch or model, or dispose of learners and passes that are no longer needed.',
    },
  );
}
