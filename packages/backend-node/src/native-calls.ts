import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeAttribute, NativeBinding, NativeTensors } from './native-binding.ts';

/** An input: a tensor, or integers such as axes and sizes: a single one, a list or a matrix. */
export type NativeInput = TensorInfo | Integers;
type Integers = number | readonly number[] | readonly (readonly number[])[];

/** Attributes by name; the texts 'float32' and 'int32' are types, numbers and lists are integers. */
export type NativeAttributes = Readonly<
  Record<string, boolean | number | string | readonly number[] | { readonly float: number }>
>;

/**
 * Calls TensorFlow's operations on tfjs-node's tensors.
 *
 * Not by tfjs-node's kernels, because these put each result into tfjs's engine, where an application's `tf.tidy` would
 * free it and `tf.memory` count it for ever, call further operations through the engine's current backend, and have
 * neither fused gradients nor explicit padding in gradients.
 */
export class NativeCalls {
  readonly #tensors: NativeTensors;
  readonly #binding: NativeBinding;

  constructor(tensors: NativeTensors) {
    this.#tensors = tensors;
    this.#binding = tensors.binding;
  }

  /** Runs an operation with one output; the attribute T is added. */
  run(operation: string, inputs: readonly NativeInput[], attributes: NativeAttributes = {}): TensorInfo {
    return this.runAll(operation, inputs, { outputs: 1, attributes })[0];
  }

  /** Runs an operation with several outputs. */
  runAll(
    operation: string,
    inputs: readonly NativeInput[],
    { outputs, attributes }: { readonly outputs: number; readonly attributes: NativeAttributes },
  ): TensorInfo[] {
    const temporary: number[] = [];
    try {
      const ids = inputs.map((input) => this.#idOf(input, temporary));
      const list = [this.#attribute('T', 'float32')];
      for (const name in attributes) list.push(this.#attribute(name, attributes[name]));
      return this.#binding.executeOp(operation, list, ids, outputs).map((output) => this.#record(output));
    } finally {
      for (const id of temporary) this.#binding.deleteTensor(id);
    }
  }

  /** A new tensor with a copy of these numbers. */
  upload(values: Float32Array, shape: readonly number[]): TensorInfo {
    // TensorFlow may go on reading the array that it is given.
    const id = this.#binding.createTensor(shape, this.#binding.TF_FLOAT, values.slice());
    return this.#record({ id, shape: [...shape], dtype: this.#binding.TF_FLOAT });
  }

  /** Frees a tensor that does not leave a kernel. */
  dispose(tensor: TensorInfo): void {
    this.#tensors.disposeData(tensor.dataId);
  }

  #record({ id, shape, dtype }: { id: number; shape: number[]; dtype: number }): TensorInfo {
    const dataId = {};
    this.#tensors.tensorMap.set(dataId, { id, shape, dtype, values: null, refCount: 1 });
    return { dataId, shape, dtype: 'float32' };
  }

  #idOf(input: NativeInput, temporary: number[]): number {
    const binding = this.#binding;
    if (typeof input === 'number' || !('dataId' in input)) {
      const numbers = typeof input === 'number' ? [input] : input.flat();
      const id = binding.createTensor(integerShape(input), binding.TF_INT32, Int32Array.from(numbers));
      temporary.push(id);
      return id;
    }
    const record = this.#tensors.tensorMap.get(input.dataId);
    if (record.values !== null) {
      record.id = binding.createTensor(record.shape, record.dtype, record.values);
      record.values = null;
    }
    if (sameShape(record.shape, input.shape)) return record.id;
    // A reshaped handle: TensorFlow's tensors carry their own shape. The numbers are shared, not copied.
    const [{ id }] = binding.executeOp(
      'Reshape',
      [this.#attribute('T', 'float32'), this.#attribute('Tshape', 'int32')],
      [record.id, this.#idOf(input.shape, temporary)],
      1,
    );
    temporary.push(id);
    return id;
  }

  #attribute(name: string, value: NativeAttributes[string]): NativeAttribute {
    const binding = this.#binding;
    switch (typeof value) {
      case 'boolean':
        return { name, type: binding.TF_ATTR_BOOL, value };
      case 'string':
        if (value === 'float32') return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
        if (value === 'int32') return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 };
        return { name, type: binding.TF_ATTR_STRING, value };
      case 'number':
        return { name, type: binding.TF_ATTR_INT, value };
      default:
        return 'float' in value
          ? { name, type: binding.TF_ATTR_FLOAT, value: value.float }
          : { name, type: binding.TF_ATTR_INT, value };
    }
  }
}

function integerShape(input: Integers): number[] {
  if (typeof input === 'number') return [];
  const [first] = input;
  return typeof first === 'object' ? [input.length, first.length] : [input.length];
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
