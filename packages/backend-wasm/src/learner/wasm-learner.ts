import {
  batchSizeOf,
  checkForward,
  ProtoNormError,
  type BackendMemory,
  type ForwardOptions,
  type ForwardPass,
  type Learner,
  type ModelPart,
  type ModelPlan,
  type Rng,
  type StepOptions,
} from '@protonorm/tensor';
import type { Kernels } from '@protonorm/wasm-kernels';
import type { Execution, OperationProfile } from '../graph/operation.ts';
import type { Heap } from '../memory/heap.ts';
import type { PlanCache } from '../plan/plan-cache.ts';
import { WasmForwardPass } from './forward-pass.ts';
import { ParameterStore } from './parameter-store.ts';

/** Samples that evaluation takes at a time: what lies between two layers stays near the processor. */
const EVALUATION_CHUNK = 64;

/** A model on the planned engine. Learners of one architecture share their plans; each has its own numbers. */
export class WasmLearner implements Learner {
  readonly plan: ModelPlan;
  readonly #plans: PlanCache;
  readonly #heap: Heap;
  readonly #kernels: Kernels;
  readonly #profile: OperationProfile | undefined;
  readonly #store: ParameterStore;
  readonly #passes = new Set<WasmForwardPass>();
  readonly #onDispose: (learner: WasmLearner) => void;
  /** Counts the changes of the parameters. */
  #version = 0;
  #disposed = false;

  constructor(
    plans: PlanCache,
    options: {
      readonly heap: Heap;
      readonly kernels: Kernels;
      readonly initial: { readonly parameters: Float32Array; readonly buffers?: Float32Array };
      readonly profile: OperationProfile | undefined;
      readonly onDispose: (learner: WasmLearner) => void;
    },
  ) {
    this.plan = plans.model;
    this.#plans = plans;
    this.#heap = options.heap;
    this.#kernels = options.kernels;
    this.#profile = options.profile;
    this.#store = new ParameterStore(plans.model, plans.layout, options);
    this.#onDispose = options.onDispose;
    plans.users++;
  }

  forward(inputs: Float32Array, options: ForwardOptions): ForwardPass {
    this.#checkAlive();
    const { mode, gradient = false, from = 'inputs', rng } = options;
    checkForward(options);
    const size = batchSizeOf(this.plan, inputs, { from });
    const training = mode === 'train';
    if (training) this.#checkStatistics(size, from);
    const chunk = training || gradient ? size : Math.min(size, EVALUATION_CHUNK);
    const lease = this.#plans.lease({ training, gradient, from, capacity: chunk });
    const execution = this.#execution(chunk, rng);
    const { plan, workArea } = lease;
    let outputs: { readonly features: Float32Array; readonly logits: Float32Array };
    try {
      plan.bind(workArea.address, this.#store.addresses);
      if (chunk === size) {
        plan.forward(inputs, execution);
        outputs = { features: plan.features(execution), logits: plan.logits(execution) };
      } else outputs = this.#inChunks(inputs, { size, chunk, execution, forward: plan });
      execution.size = size;
    } catch (error) {
      lease.release();
      throw error;
    }
    if (!gradient) lease.release();
    const pass = new WasmForwardPass({
      ...outputs,
      execution,
      lease: gradient ? lease : undefined,
      addresses: this.#store.addresses,
      model: this.plan,
      version: () => this.#version,
      onDispose: (disposed) => this.#passes.delete(disposed),
    });
    this.#passes.add(pass);
    return pass;
  }

  gradients(part: 'all' | 'encoder' | 'head' = 'all'): Float32Array {
    this.#checkAlive();
    return this.#store.gradients(part);
  }

  clearGradients(): void {
    this.#checkAlive();
    this.#store.clearGradients();
  }

  step(options: StepOptions): void {
    this.#checkAlive();
    const start = this.#profile?.now();
    this.#store.step(options);
    this.#version++;
    if (this.#profile !== undefined)
      this.#profile.record(options.optimiser.kind, 'backward', this.#profile.now() - start!);
  }

  resetOptimiser(): void {
    this.#checkAlive();
    this.#store.resetOptimiser();
  }

  read(part: ModelPart, into?: Float32Array): Float32Array {
    this.#checkAlive();
    return this.#store.read(part, into);
  }

  write(part: ModelPart, values: Float32Array): void {
    this.#checkAlive();
    this.#store.write(part, values);
    if (part !== 'buffers') this.#version++;
  }

  /** What it and its open passes hold. */
  memory(): BackendMemory {
    let { buffers, bytes } = this.#store.memory();
    for (const pass of this.#passes) {
      if (pass.bytes === 0) continue;
      buffers++;
      bytes += pass.bytes;
    }
    return { buffers, bytes };
  }

  /** Frees the parameters and every pass that is still open. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const pass of this.#passes) pass[Symbol.dispose]();
    this.#store.dispose();
    if (--this.#plans.users === 0) this.#plans.clear();
    this.#onDispose(this);
  }

  #execution(size: number, rng: Rng | undefined): Execution {
    return {
      kernels: this.#kernels,
      floats: () => this.#heap.floats,
      size,
      rng,
      inputGradient: false,
      profile: this.#profile,
    };
  }

  #inChunks(
    inputs: Float32Array,
    options: {
      readonly size: number;
      readonly chunk: number;
      readonly execution: Execution;
      readonly forward: ReturnType<PlanCache['lease']>['plan'];
    },
  ): { readonly features: Float32Array; readonly logits: Float32Array } {
    const { size, chunk, execution, forward: plan } = options;
    const { spec } = this.plan;
    const features = new Float32Array(size * spec.features);
    const logits = new Float32Array(size * spec.classes);
    const sample = inputs.length / size;
    for (let start = 0; start < size; start += chunk) {
      execution.size = Math.min(chunk, size - start);
      plan.forward(inputs.subarray(start * sample, (start + execution.size) * sample), execution);
      features.set(plan.features(execution), start * spec.features);
      logits.set(plan.logits(execution), start * spec.classes);
    }
    return { features, logits };
  }

  /** One value per channel has no variance. */
  #checkStatistics(size: number, from: 'inputs' | 'features'): void {
    if (size > 1) return;
    const name = this.#plans.normOfOneValue(from);
    if (name === undefined) return;
    throw new ProtoNormError(
      'invalid-argument',
      `Batch normalisation '${name}' needs more than one value per channel in training mode, received one sample.`,
      { received: size, hint: 'Leave out a last batch of one sample, or use mode eval.' },
    );
  }

  #checkAlive(): void {
    if (!this.#disposed) return;
    throw new ProtoNormError('disposed', `The learner of the model '${this.plan.spec.name}' was disposed.`);
  }
}
