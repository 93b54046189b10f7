import type { Backend, Learner, ModelSpec } from '@protonorm/tensor';
import type { ClientState } from './client-job.ts';

/** Numbers of all models whose learners are kept: some 256 MB with their gradients. */
const MOST_NUMBERS = 32_000_000;

interface Entry {
  readonly learner: Learner;
  readonly numbers: number;
  /** What the learner holds; undefined while a job runs, and after one that failed. */
  holds: ClientState | undefined;
}

/**
 * Learners of the clients that this thread has run last. A client that comes back with the very numbers that its learner
 * still holds need not be written again; whether they are is looked at, bit by bit.
 */
export class ClientLearners implements Disposable {
  readonly #backend: Backend;
  readonly #most: number;
  /** By client, the one used last behind. */
  readonly #entries = new Map<number, Entry>();

  /** @param most - numbers of all kept models together; at least one learner is kept */
  constructor(backend: Backend, { most = MOST_NUMBERS }: { readonly most?: number } = {}) {
    this.#backend = backend;
    this.#most = most;
  }

  /** The learner of a client, with the numbers of its state. */
  async take(clientIndex: number, model: ModelSpec, state: ClientState): Promise<Learner> {
    const { parameters, buffers } = state;
    let entry = this.#entries.get(clientIndex);
    if (entry === undefined) {
      this.#makeRoom(parameters.length);
      const learner = await this.#backend.createLearner(model, { parameters, buffers });
      entry = { learner, numbers: parameters.length, holds: undefined };
    } else {
      const { holds, learner } = entry;
      entry.holds = undefined;
      this.#entries.delete(clientIndex);
      if (holds === undefined || !sameBits(holds.parameters, parameters))
        await learner.write('all', parameters);
      if (holds === undefined || !sameBits(holds.buffers, buffers)) await learner.write('buffers', buffers);
    }
    this.#entries.set(clientIndex, entry);
    return entry.learner;
  }

  /** Notes what a client's learner holds behind a job that went well. */
  keep(clientIndex: number, state: ClientState): void {
    const entry = this.#entries.get(clientIndex);
    if (entry !== undefined) entry.holds = state;
  }

  [Symbol.dispose](): void {
    for (const { learner } of this.#entries.values()) learner[Symbol.dispose]();
    this.#entries.clear();
  }

  #makeRoom(numbers: number): void {
    let sum = numbers;
    for (const entry of this.#entries.values()) sum += entry.numbers;
    for (const [clientIndex, entry] of this.#entries) {
      if (sum <= this.#most) return;
      entry.learner[Symbol.dispose]();
      this.#entries.delete(clientIndex);
      sum -= entry.numbers;
    }
  }
}

/** Compared as integers: 0 and -0 are two. */
function sameBits(a: Float32Array, b: Float32Array): boolean {
  if (a.length !== b.length) return false;
  const x = new Int32Array(a.buffer, a.byteOffset, a.length);
  const y = new Int32Array(b.buffer, b.byteOffset, b.length);
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}
