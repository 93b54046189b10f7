import { ExactSum, ProtoNormError } from '@protonorm/tensor';
import type { Accumulator, Reducer } from './reducer.ts';

/**
 * sum_i x_i / m of a tensor field over the m uploads: each client the same, whatever its samples (FML, FedKD and FedMRL as
 * released).
 *
 * @param key - the tensor field
 */
export function mean<K extends string>(key: K): Reducer<{ readonly [P in K]: Float32Array }, Float32Array> {
  return { additive: true, start: () => new Mean(key) };
}

class Mean<K extends string> implements Accumulator<{ readonly [P in K]: Float32Array }, Float32Array> {
  readonly #key: K;
  #sum: ExactSum | undefined;
  #uploads = 0;

  constructor(key: K) {
    this.#key = key;
  }

  add(upload: { readonly [P in K]: Float32Array }): void {
    const values: Float32Array = upload[this.#key];
    this.#sum ??= new ExactSum(values.length);
    this.#sum.add(values);
    this.#uploads++;
  }

  merge(other: Mean<K>): void {
    if (other.#sum === undefined) return;
    this.#sum ??= new ExactSum(other.#sum.length);
    this.#sum.merge(other.#sum);
    this.#uploads += other.#uploads;
  }

  result(): Float32Array {
    if (this.#sum === undefined) {
      throw new ProtoNormError('invalid-argument', `A mean of '${this.#key}' needs at least one upload.`, {
        received: 0,
      });
    }
    return Float32Array.from(this.#sum.value(), (x) => x / this.#uploads);
  }
}
