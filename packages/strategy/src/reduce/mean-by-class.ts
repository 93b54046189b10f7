import { PrototypeSums, type Prototypes, type PrototypeWeighting } from '@protonorm/tensor';
import type { Accumulator, Reducer } from './reducer.ts';

/**
 * The mean of a field of prototypes, class by class, over the clients that hold the class.
 *
 * @param key - the field of the upload
 * @param options - 'uniform' (as released: each client the same) or 'samples' (the equation of the FedProto paper)
 */
export function meanByClass<K extends string>(
  key: K,
  options: { readonly weighting?: PrototypeWeighting } = {},
): Reducer<{ readonly [P in K]: Prototypes }, Prototypes> {
  return { additive: true, start: () => new MeanByClass(key, options.weighting ?? 'uniform') };
}

class MeanByClass<K extends string> implements Accumulator<{ readonly [P in K]: Prototypes }, Prototypes> {
  readonly #key: K;
  readonly #weighting: PrototypeWeighting;
  #sums: PrototypeSums | undefined;

  constructor(key: K, weighting: PrototypeWeighting) {
    this.#key = key;
    this.#weighting = weighting;
  }

  add(upload: { readonly [P in K]: Prototypes }): void {
    const table = upload[this.#key];
    this.#sums ??= new PrototypeSums(table.dim, this.#weighting);
    this.#sums.add(table);
  }

  merge(other: MeanByClass<K>): void {
    if (other.#sums === undefined) return;
    this.#sums ??= new PrototypeSums(other.#sums.dim, this.#weighting);
    this.#sums.merge(other.#sums);
  }

  result(): Prototypes {
    return (this.#sums ?? new PrototypeSums(1, this.#weighting)).mean();
  }
}
