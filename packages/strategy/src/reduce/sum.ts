import { ExactSum } from '@protonorm/tensor';
import type { Accumulator, Reducer } from './reducer.ts';

type SummedUpload<K extends string> = {
  readonly [P in K]?: Float32Array | Int32Array | Uint8Array | undefined;
};

/**
 * The sum of a tensor field over the uploads that have it; the field may be optional, such as label counts that a client
 * sends once (FedGen).
 *
 * @param key - the tensor field
 * @returns float64 sums; undefined when no upload had the field
 */
export function sum<K extends string>(key: K): Reducer<SummedUpload<K>, Float64Array | undefined> {
  return { additive: true, start: () => new Sum(key) };
}

class Sum<K extends string> implements Accumulator<SummedUpload<K>, Float64Array | undefined> {
  readonly #key: K;
  #sum: ExactSum | undefined;

  constructor(key: K) {
    this.#key = key;
  }

  add(upload: SummedUpload<K>): void {
    const values = upload[this.#key];
    if (values === undefined) return;
    this.#sum ??= new ExactSum(values.length);
    this.#sum.add(values);
  }

  merge(other: Sum<K>): void {
    if (other.#sum === undefined) return;
    this.#sum ??= new ExactSum(other.#sum.length);
    this.#sum.merge(other.#sum);
  }

  result(): Float64Array | undefined {
    return this.#sum?.value();
  }
}
