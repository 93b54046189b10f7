import {
  checkPartValues,
  partTarget,
  checkStep,
  ProtoNormError,
  type BackendMemory,
  type ModelPart,
  type ModelPlan,
  type StepOptions,
} from '@protonorm/tensor';
import type { Device } from '../device/device.ts';
import { updateParameter, type OptimiserState } from '../optimiser/update-rules.ts';
import { Parameter } from './parameter.ts';

/** The numbers of a learner: parameters, their gathered gradients, the optimiser's memory, and buffers. */
export class ParameterStore {
  readonly #plan: ModelPlan;
  readonly #parameters: Parameter[] = [];
  readonly #byName = new Map<string, Parameter>();
  readonly #buffers: Float32Array;
  #states = new Map<Parameter, OptimiserState>();

  /** @throws `shape-mismatch`, `not-finite` */
  constructor(
    plan: ModelPlan,
    device: Device,
    initial: { readonly parameters: Float32Array; readonly buffers?: Float32Array },
  ) {
    this.#plan = plan;
    checkPartValues(plan, 'all', initial.parameters);
    if (initial.buffers) checkPartValues(plan, 'buffers', initial.buffers);
    this.#buffers = new Float32Array(plan.size.buffers);
    if (initial.buffers) this.#buffers.set(initial.buffers);
    else {
      for (const { role, offset, size } of plan.buffers) {
        if (role === 'running_var') this.#buffers.fill(1, offset, offset + size);
      }
    }
    try {
      for (const array of plan.parameters) {
        const { offset, size } = array;
        const values = initial.parameters.subarray(offset, offset + size);
        const parameter = new Parameter(array, device, values);
        this.#parameters.push(parameter);
        this.#byName.set(array.name, parameter);
      }
    } catch (error) {
      this.dispose(); // the device is full
      throw error;
    }
  }

  parameter(name: string): Parameter | undefined {
    return this.#byName.get(name);
  }

  /** A buffer by reference. */
  buffer(name: string): Float32Array {
    const { offset, size } = this.#plan.buffers.find((array) => array.name === name)!;
    return this.#buffers.subarray(offset, offset + size);
  }

  /** @throws `shape-mismatch` */
  read(part: ModelPart, into?: Float32Array): Float32Array {
    const target = partTarget(this.#plan, part, into);
    if (part === 'buffers') target.set(this.#buffers);
    else this.#gather(part, 'values', target);
    return target;
  }

  gradients(part: 'all' | 'encoder' | 'head'): Float32Array {
    const gradients = new Float32Array(this.#plan.size[part]);
    this.#gather(part, 'gradient', gradients);
    return gradients;
  }

  /** @throws `shape-mismatch`, `not-finite` */
  write(part: ModelPart, values: Float32Array): void {
    checkPartValues(this.#plan, part, values);
    if (part === 'buffers') {
      this.#buffers.set(values);
      return;
    }
    let offset = 0;
    for (const parameter of this.#of(part)) {
      const { size } = parameter.array;
      parameter.write(values.subarray(offset, offset + size));
      offset += size;
    }
  }

  clearGradients(): void {
    for (const parameter of this.#parameters) parameter.clearGradient();
  }

  resetOptimiser(): void {
    this.#states = new Map();
  }

  /**
   * Clips, adds the proximal pull, updates and clears the gradients. The clipping norm is that of all parameters, as
   * torch's `clip_grad_norm_(model.parameters(), clipNorm)`.
   *
   * @throws `diverged` when a gradient is not finite; nothing has moved then
   */
  step(options: StepOptions): void {
    const { optimiser, clipNorm, proximal, part = 'all' } = options;
    checkStep(this.#plan, options);
    const norm = this.#gradientNorm();
    if (!Number.isFinite(norm)) {
      throw new ProtoNormError(
        'diverged',
        `The gradient of the model '${this.#plan.spec.name}' is not finite.`,
        {
          received: norm,
          hint: 'Lower the learning rate or the weights of the loss terms, or call clearGradients() and go on.',
        },
      );
    }
    const clip = clipNorm === undefined ? 1 : Math.min(1, clipNorm / (norm + 1e-6)); // torch's 1e-6
    for (const parameter of this.#of(part)) {
      const { values, gradient, array } = parameter;
      if (clip < 1) for (let i = 0; i < gradient.length; i++) gradient[i] *= clip;
      if (proximal && proximal.weight > 0) {
        const { offset, size } = array;
        const reference = parameter.inDeviceOrder(proximal.reference.subarray(offset, offset + size));
        parameter.addGradient(values.map((value, i) => proximal.weight * (value - reference[i])));
      }
      let state = this.#states.get(parameter);
      if (state === undefined) this.#states.set(parameter, (state = {}));
      updateParameter(values, gradient, { optimiser, state });
      parameter.upload();
    }
    this.clearGradients();
  }

  /** The arrays outside of the device: parameters, gradients, buffers, the optimiser's memory. */
  memory(): BackendMemory {
    const arrays = [
      this.#buffers,
      ...this.#parameters.flatMap(({ values, gradient }) => [values, gradient]),
      ...[...this.#states.values()].flatMap(({ velocity, moments }) => [
        velocity,
        moments?.first,
        moments?.second,
      ]),
    ].filter((array) => array !== undefined);
    return { buffers: arrays.length, bytes: arrays.reduce((sum, array) => sum + array.byteLength, 0) };
  }

  dispose(): void {
    for (const parameter of this.#parameters) parameter.dispose();
  }

  #gradientNorm(): number {
    let sum = 0;
    for (const { gradient } of this.#parameters) sum += sumOfSquares(gradient);
    return Math.sqrt(sum);
  }

  #gather(part: 'all' | 'encoder' | 'head', what: 'values' | 'gradient', into: Float32Array): void {
    let offset = 0;
    for (const parameter of this.#of(part)) {
      into.set(parameter.read(what), offset);
      offset += parameter.array.size;
    }
  }

  /** The parameters of a part, in the order of the plan: encoder, then head. */
  #of(part: 'all' | 'encoder' | 'head'): readonly Parameter[] {
    return part === 'all'
      ? this.#parameters
      : this.#parameters.filter((parameter) => parameter.array.part === part);
  }
}

/** In four sums side by side: one alone would wait for each addition before the next. */
function sumOfSquares(values: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 4 <= values.length; i += 4) {
    a += values[i] * values[i];
    b += values[i + 1] * values[i + 1];
    c += values[i + 2] * values[i + 2];
    d += values[i + 3] * values[i + 3];
  }
  for (; i < values.length; i++) a += values[i] * values[i];
  return a + b + (c + d);
}
