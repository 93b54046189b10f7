import {
  planModel,
  ProtoNormError,
  type Backend,
  type BackendMemory,
  type Learner,
  type ModelSpec,
} from '@protonorm/tensor';
import type { Device } from '../device/device.ts';
import { TfjsLearner } from '../learner/tfjs-learner.ts';

/** A `Backend` on a tfjs backend. Disposing it frees its learners; tfjs's backend stays, it may have other users. */
export class TfjsBackend implements Backend {
  readonly name: string;
  readonly description: string;
  readonly #device: Device;
  readonly #learners = new Set<TfjsLearner>();
  #disposed = false;

  constructor(device: Device, description: string) {
    this.name = device.name;
    this.description = description;
    this.#device = device;
  }

  createLearner(
    spec: ModelSpec,
    initial: { readonly parameters: Float32Array; readonly buffers?: Float32Array },
  ): Learner {
    if (this.#disposed) throw new ProtoNormError('disposed', `The backend '${this.name}' was disposed.`);
    const learner = new TfjsLearner(planModel(spec), this.#device, {
      initial,
      onDispose: (disposed) => this.#learners.delete(disposed),
    });
    this.#learners.add(learner);
    return learner;
  }

  /** Tensors of the device, and the plain arrays of the learners. */
  memory(): BackendMemory {
    let { buffers, bytes } = this.#device.memory();
    for (const learner of this.#learners) {
      const own = learner.memory();
      buffers += own.buffers;
      bytes += own.bytes;
    }
    return { buffers, bytes };
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const learner of this.#learners) learner[Symbol.dispose]();
  }
}
