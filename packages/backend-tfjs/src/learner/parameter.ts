import type { ModelArray } from '@protonorm/tensor';
import type { Device, Tensor } from '../device/device.ts';
import { parameterLayout, type ParameterLayout } from './parameter-layout.ts';

/**
 * One trained array. Its numbers and gathered gradient are plain arrays in the device's layout, which the optimiser
 * reads and writes; the kernels see a tensor with a copy.
 *
 * The tensor is made anew whenever the numbers change. It must not be overwritten in place: tfjs's WASM kernels keep
 * the weights that they have packed under the tensor's id.
 */
export class Parameter {
  readonly array: ModelArray;
  readonly layout: ParameterLayout;
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly #device: Device;
  #tensor: Tensor | undefined;
  #gathered = false;

  /** @param initial - canonical order, `array.size` numbers */
  constructor(array: ModelArray, device: Device, initial: Float32Array) {
    this.array = array;
    this.layout = parameterLayout(array);
    this.values = new Float32Array(array.size);
    this.gradient = new Float32Array(array.size);
    this.#device = device;
    this.write(initial);
  }

  /** The numbers on the device; valid until they change. */
  get tensor(): Tensor {
    return this.#tensor!;
  }

  /** Puts the numbers, after a change, on the device. */
  upload(): void {
    this.dispose();
    // Batch normalisation is a plain loop that reads `values`, unless the device has its own.
    if (this.array.layer.kind !== 'batchNorm' || this.#device.layers.batchNorm) {
      this.#tensor = this.#device.upload(this.values, this.layout.shape);
    }
  }

  /** Adds to the gathered gradient; the device's layout. */
  addGradient(addend: ArrayLike<number>): void {
    const { gradient } = this;
    if (this.#gathered) for (let i = 0; i < gradient.length; i++) gradient[i] += addend[i];
    else gradient.set(addend);
    this.#gathered = true;
  }

  /** Adds the numbers of a tensor in the device's layout to the gathered gradient, at once or when they are there. */
  addGradientTensor(addend: Tensor): void {
    this.#device.observe([addend], (values) => this.addGradient(values));
  }

  clearGradient(): void {
    if (this.#gathered) this.gradient.fill(0);
    this.#gathered = false;
  }

  /** A copy, in canonical order. */
  read(what: 'values' | 'gradient'): Float32Array {
    return this.layout.reorder?.toCanonical(this[what]) ?? this[what];
  }

  /** @param values - canonical order */
  write(values: Float32Array): void {
    this.values.set(this.inDeviceOrder(values));
    this.upload();
  }

  /** Numbers in canonical order, in the device's order. */
  inDeviceOrder(values: Float32Array): Float32Array {
    return this.layout.reorder?.toDevice(values) ?? values;
  }

  dispose(): void {
    if (this.#tensor) this.#device.dispose(this.#tensor);
    this.#tensor = undefined;
  }
}
