import { ExactSum, ProtoNormError } from '@protonorm/tensor';
import type { Accumulator, Reducer } from './reducer.ts';

type WeightedUpload<K extends string, W extends string> = { readonly [P in K]: Float32Array } & {
  readonly [P in W]: number;
};

/**
 * sum_i n_i x_i / sum_i n_i of a tensor field (FedAvg, Eq. 1 of arXiv 1602.05629).
 *
 * @param key - the tensor field
 * @param weightKey - the scalar field that holds n_i, > 0
 */
export function weightedMean<K extends string, W extends string>(
  key: K,
  weightKey: W,
): Reducer<WeightedUpload<K, W>, Float32Array> {
  return { additive: true, start: () => new WeightedMean<K, W>(key, weightKey) };
}

class WeightedMean<K extends string, W extends string> implements Accumulator<
  WeightedUpload<K, W>,
  Float32Array
> {
  readonly #key: K;
  readonly #weightKey: W;
  readonly #weight = new ExactSum(1);
  #sum: ExactSum | undefined;

  constructor(key: K, weightKey: W) {
    this.#key = key;
    this.#weightKey = weightKey;
  }

  add(upload: WeightedUpload<K, W>): void {
    const values: Float32Array = upload[this.#key];
    const weight: number = upload[this.#weightKey];
    this.#sum ??= new ExactSum(values.length);
    this.#sum.add(values, weight);
    this.#weight.add([weight]);
  }

  merge(other: WeightedMean<K, W>): void {
    if (other.#sum === undefined) return;
    this.#sum ??= new ExactSum(other.#sum.length);
    this.#sum.merge(other.#sum);
    this.#weight.merge(other.#weight);
  }

  result(): Float32Array {
    const weight = this.#weight.value()[0];
    if (this.#sum === undefined || !(weight > 0)) {
      throw new ProtoNormError(
        'invalid-argument',
        `A weighted mean of '${this.#key}' needs a positive weight, received ${weight}.`,
        {
          received: weight,
        },
      );
    }
    return Float32Array.from(this.#sum.value(), (x) => x / weight);
  }
}
