import type { Backend, Learner, ModelSpec } from '@protonorm/tensor';
import type { ModelNumbers } from './client-job.ts';

/** Numbers of all models whose learners are kept: some 256 MB with their gradients. */
const MOST_NUMBERS = 32_000_000;

interface Entry {
  readonly learner: Learner;
  readonly numbers: number;
  /** Revision of what the learner holds; undefined while a job runs, and after one that failed. */
  revision: number | undefined;
}

/**
 * Learners of the clients that this thread has run last. A client that comes back with the revision that its learner still
 * holds need not be written again.
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

  /** The learner of a client, with its numbers. */
  async take(clientIndex: number, model: ModelSpec, numbers: ModelNumbers): Promise<Learner> {
    const { parameters, buffers, revision } = numbers;
    let entry = this.#entries.get(clientIndex);
    if (entry === undefined) {
      this.#makeRoom(parameters.length);
      const learner = await this.#backend.createLearner(model, { parameters, buffers });
      entry = { learner, numbers: parameters.length, revision: undefined };
    } else {
      const known = revision !== undefined && entry.revision === revision;
      entry.revision = undefined;
      this.#entries.delete(clientIndex);
      if (!known) {
        await entry.learner.write('all', parameters);
        await entry.learner.write('buffers', buffers);
      }
    }
    this.#entries.set(clientIndex, entry);
    return entry.learner;
  }

  /** Notes what a client's learner holds behind a job that went well. */
  keep(clientIndex: number, revision: number | undefined): void {
    const entry = this.#entries.get(clientIndex);
    if (entry !== undefined) entry.revision = revision;
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
