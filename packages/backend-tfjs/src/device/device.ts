import { ProtoNormError, type Awaitable, type BackendMemory } from '@protonorm/tensor';
import {
  getKernel,
  type DataId,
  type KernelBackend,
  type KernelFunc,
  type NamedAttrMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { DeviceLayers } from './device-layers.ts';
import { elements, type RemoteMemory, type TensorMemory } from './tensor-memory.ts';

/** A float32 tensor on a device: tfjs's own record (data id, shape, dtype), without its Tensor class. */
export type Tensor = TensorInfo;

/** What a {@link Device} stands on. */
export interface DeviceParts {
  readonly name: string;
  readonly backend: KernelBackend;
  readonly memory: TensorMemory | RemoteMemory;
  /** The name under which tfjs knows the backend's kernels. @defaultValue `name` */
  readonly tfjsName?: string;
  /** Kernels to use instead of, or in addition to, those registered for this backend. */
  readonly kernels?: Readonly<Record<string, KernelFunc>>;
  /** Layers to use instead of those that loop over the numbers on the host. */
  readonly layers?: DeviceLayers;
}

/**
 * Runs the kernels of one tfjs backend and owns the tensors that come out.
 *
 * tfjs's operations (`tf.matMul`, `tf.tidy`, `tf.memory`) go through one engine with one current backend for the whole
 * process. A learner on them would have to switch that backend around every call, and an application with tfjs code of
 * its own would see it change. So kernels are called directly, with their backend as an argument; the engine's current
 * backend, its tape and its scopes are neither used nor changed, and 'cpu' and 'wasm' learners can take turns. What the
 * engine does for lifetimes is done here: `tidy` and a count of live tensors.
 */
export class Device {
  readonly name: string;
  readonly layers: DeviceLayers;
  readonly #backend: KernelBackend;
  readonly #memory: TensorMemory | RemoteMemory;
  readonly #tfjsName: string;
  readonly #kernels: Map<string, KernelFunc>;
  /** Live handles; several may share one buffer (`reshape`). */
  readonly #live = new Set<Tensor>();
  /** Live buffers and how many handles each has. */
  readonly #buffers = new Map<DataId, { handles: number; readonly bytes: number }>();
  readonly #scopes: Set<Tensor>[] = [];
  /** What waits for numbers from afar, and the last of it: they are handed out in the order in which they were asked for. */
  #waiting: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(parts: DeviceParts) {
    this.name = parts.name;
    this.layers = parts.layers ?? {};
    this.#tfjsName = parts.tfjsName ?? parts.name;
    this.#backend = parts.backend;
    this.#memory = parts.memory;
    this.#kernels = new Map(Object.entries(parts.kernels ?? {}));
  }

  /** Runs a kernel with one output. */
  run(kernelName: string, inputs: Readonly<Record<string, Tensor>>, attrs: object = {}): Tensor {
    const [first, ...rest] = this.runAll(kernelName, inputs, attrs);
    for (const tensor of rest) this.dispose(tensor);
    return first;
  }

  /** Runs a kernel with any number of outputs. */
  runAll(kernelName: string, inputs: Readonly<Record<string, Tensor>>, attrs: object = {}): Tensor[] {
    const output = this.#kernel(kernelName)({
      inputs: inputs as Record<string, Tensor>,
      backend: this.#backend,
      attrs: attrs as NamedAttrMap,
    });
    return (Array.isArray(output) ? output : [output]).map((tensor) => this.#own(tensor));
  }

  /**
   * A new tensor filled by a plain loop over the numbers of other tensors.
   *
   * @param fill - gets the new array (its content undefined) and those of the inputs; must not touch the device
   */
  compute(
    inputs: readonly Tensor[],
    shape: readonly number[],
    fill: (output: Float32Array, ...inputs: Float32Array[]) => void,
  ): Tensor {
    const memory = this.#near();
    const output = this.#own(memory.allocate(shape));
    // Views are taken after the allocation, which may have moved the heap.
    fill(memory.view(output), ...inputs.map((input) => memory.view(input)));
    return output;
  }

  /** Calls a plain loop on the numbers of tensors; it must neither change nor keep them, nor touch the device. */
  inspect<T>(inputs: readonly Tensor[], look: (...inputs: Float32Array[]) => T): T {
    const memory = this.#near();
    return look(...inputs.map((input) => memory.view(input)));
  }

  /**
   * As {@link inspect}, where the numbers may be out of reach: `look` is then called later, at the latest when the promise
   * of {@link settle} is fulfilled. The tensors may be freed at once.
   */
  observe(inputs: readonly Tensor[], look: (...inputs: Float32Array[]) => void): void {
    const memory = this.#memory;
    if ('view' in memory) return look(...inputs.map((input) => memory.view(input)));
    const numbers = Promise.all(inputs.map((input) => memory.read(input)));
    const before = this.#last;
    const done = numbers.then(async (values) => {
      await before;
      look(...values);
    });
    this.#last = done.catch(() => undefined); // each failure is told once, by settle
    this.#waiting.push(done);
  }

  /** Waits for what {@link observe} has put off; undefined when there is nothing. */
  settle(): Promise<void> | undefined {
    if (this.#waiting.length === 0) return undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    return Promise.all(waiting).then(() => undefined);
  }

  /** A new tensor with a copy of these numbers. */
  upload(values: Float32Array, shape: readonly number[]): Tensor {
    const made = this.#memory.upload?.(values, shape);
    if (made) return this.#own(made);
    return this.compute([], shape, (output) => output.set(values));
  }

  /** A copy of the numbers of a tensor. */
  read(tensor: Tensor): Float32Array {
    return this.#near().view(tensor).slice();
  }

  /** As {@link read}, where the numbers may be out of reach. The tensor may be freed at once, also when they come later. */
  fetch(tensor: Tensor): Awaitable<Float32Array> {
    return 'view' in this.#memory ? this.read(tensor) : this.#memory.read(tensor);
  }

  /** Another handle to the same numbers, with another shape. */
  reshape(tensor: Tensor, shape: readonly number[]): Tensor {
    if (elements(shape) !== elements(tensor.shape)) {
      throw new ProtoNormError('shape-mismatch', `Cannot reshape [${tensor.shape}] to [${shape}].`, {
        received: shape,
        expected: tensor.shape,
      });
    }
    this.#backend.incRef(tensor.dataId);
    return this.#own({ dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype });
  }

  /** Frees a tensor; a second call does nothing. */
  dispose(tensor: Tensor): void {
    if (!this.#live.delete(tensor)) return;
    const buffer = this.#buffers.get(tensor.dataId)!;
    if (--buffer.handles === 0) this.#buffers.delete(tensor.dataId);
    this.#backend.disposeData(tensor.dataId);
  }

  /**
   * Runs a body and frees every tensor that it made, except those that `kept` names of its result; these pass to the
   * tidy around this one, or to the caller. When the body throws, all are freed.
   */
  tidy<T>(body: () => T, kept: (result: T) => Iterable<Tensor | undefined>): T {
    const scope = new Set<Tensor>();
    const outer = this.#scopes.at(-1);
    this.#scopes.push(scope);
    let keep = new Set<Tensor | undefined>();
    try {
      const result = body();
      keep = new Set(kept(result));
      return result;
    } finally {
      this.#scopes.pop();
      for (const tensor of scope) {
        if (!keep.has(tensor)) this.dispose(tensor);
        else if (this.#live.has(tensor)) outer?.add(tensor);
      }
    }
  }

  /** Live buffers and their bytes. */
  memory(): BackendMemory {
    let bytes = 0;
    for (const buffer of this.#buffers.values()) bytes += buffer.bytes;
    return { buffers: this.#buffers.size, bytes };
  }

  #near(): TensorMemory {
    if ('view' in this.#memory) return this.#memory;
    throw new ProtoNormError(
      'unsupported-layer',
      `The numbers of '${this.name}' are out of reach for a loop on the host.`,
      { received: this.name, hint: 'The layer needs a form in kernels: DeviceParts.layers.' },
    );
  }

  #own(tensor: Tensor): Tensor {
    const buffer = this.#buffers.get(tensor.dataId);
    if (buffer === undefined)
      this.#buffers.set(tensor.dataId, { handles: 1, bytes: 4 * elements(tensor.shape) });
    else buffer.handles++;
    this.#live.add(tensor);
    this.#scopes.at(-1)?.add(tensor);
    return tensor;
  }

  #kernel(name: string): KernelFunc {
    let kernel = this.#kernels.get(name);
    if (kernel === undefined) {
      kernel = getKernel(name, this.#tfjsName)?.kernelFunc;
      if (kernel === undefined) {
        throw new ProtoNormError(
          'unsupported-layer',
          `The tfjs backend '${this.name}' has no kernel '${name}'.`,
          {
            received: name,
          },
        );
      }
      this.#kernels.set(name, kernel);
    }
    return kernel;
  }
}
