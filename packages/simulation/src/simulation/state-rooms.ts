import type { ModelNumbers } from '../executor/client-job.ts';

/**
 * Memory for the numbers of models, used again: a round leaves as many numbers as it found, and no garbage.
 *
 * Each room has a revision of its own.
 */
export class StateRooms {
  readonly #shared: boolean;
  /** By sizes. */
  readonly #free = new Map<string, ModelNumbers[]>();
  /** Parameters of rooms: other arrays are their owners'. */
  readonly #own = new WeakSet<Float32Array>();
  #revision = 0;

  /** @param shared - on shared memory, where the platform has it */
  constructor(shared: boolean) {
    this.#shared = shared && typeof SharedArrayBuffer !== 'undefined';
  }

  nextRevision(): number {
    return ++this.#revision;
  }

  /** Room for numbers as many as those of a model. */
  take(like: ModelNumbers): ModelNumbers {
    const free = this.#free.get(sizesOf(like))?.pop();
    const parameters = free?.parameters ?? this.#floats(like.parameters.length);
    const buffers = free?.buffers ?? this.#floats(like.buffers.length);
    this.#own.add(parameters);
    return { parameters, buffers, revision: this.nextRevision() };
  }

  /** Frees the room of numbers that nobody will read any more; arrays that came from elsewhere stay as they are. */
  give(numbers: ModelNumbers): void {
    if (!this.#own.has(numbers.parameters)) return;
    const free = this.#free.get(sizesOf(numbers));
    if (free === undefined) this.#free.set(sizesOf(numbers), [numbers]);
    else free.push(numbers);
  }

  #floats(length: number): Float32Array {
    return new Float32Array(this.#shared ? new SharedArrayBuffer(4 * length) : new ArrayBuffer(4 * length));
  }
}

function sizesOf({ parameters, buffers }: ModelNumbers): string {
  return `${parameters.length}, ${buffers.length}`;
}
