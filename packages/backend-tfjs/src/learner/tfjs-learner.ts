import {
  batchSizeOf,
  checkForward,
  ProtoNormError,
  type Awaitable,
  type BackendMemory,
  type ForwardOptions,
  type ForwardPass,
  type Learner,
  type ModelPart,
  type ModelPlan,
  type StepOptions,
} from '@protonorm/tensor';
import type { Device } from '../device/device.ts';
import { buildLayers } from '../layers/build-layer.ts';
import { chainForward } from '../layers/chain.ts';
import type { Layer } from '../layers/layer.ts';
import { savedTensors, TfjsForwardPass, type ForwardPassParts } from './forward-pass.ts';
import { ParameterStore } from './parameter-store.ts';

/** A model compiled for a {@link Device}. Its layers hold the gradients' formulas; tfjs's tape is not used. */
export class TfjsLearner implements Learner {
  readonly plan: ModelPlan;
  readonly #device: Device;
  readonly #store: ParameterStore;
  readonly #encoder: readonly Layer[];
  readonly #head: readonly Layer[];
  readonly #passes = new Set<TfjsForwardPass>();
  readonly #onDispose: (learner: TfjsLearner) => void;
  /** Counts the changes of the parameters. */
  #version = 0;
  #disposed = false;

  constructor(
    plan: ModelPlan,
    device: Device,
    options: {
      readonly initial: { readonly parameters: Float32Array; readonly buffers?: Float32Array };
      readonly onDispose: (learner: TfjsLearner) => void;
    },
  ) {
    this.plan = plan;
    this.#device = device;
    this.#store = new ParameterStore(plan, device, options.initial);
    this.#onDispose = options.onDispose;
    const context = {
      device,
      parameter: (name: string) => this.#store.parameter(name),
      buffer: (name: string) => this.#store.buffer(name),
    };
    try {
      this.#encoder = buildLayers(plan.spec.encoder, context);
      this.#head = buildLayers(plan.spec.head, context);
    } catch (error) {
      this.#store.dispose();
      throw error;
    }
  }

  forward(inputs: Float32Array, options: ForwardOptions): Awaitable<ForwardPass> {
    this.#checkAlive();
    const { mode, gradient = false, from = 'inputs', rng } = options;
    checkForward(options);
    const { spec } = this.plan;
    const shape = from === 'features' ? [spec.features] : spec.input;
    const size = batchSizeOf(this.plan, inputs, { from });
    const run = { mode, gradient, rng };
    const device = this.#device;
    const made = device.tidy(
      () => {
        const x = device.upload(inputs, [size, ...shape]);
        const encoder = from === 'features' ? undefined : chainForward(device, this.#encoder, { x, run });
        const z = encoder?.output ?? x;
        const head = chainForward(device, this.#head, { x: z, run });
        return {
          inputShape: x.shape,
          chains: gradient ? { encoder, head } : undefined,
          features: device.fetch(z),
          logits: device.fetch(head.output),
        };
      },
      ({ chains }) => savedTensors(chains),
    );
    const { features, logits, ...rest } = made;
    const parts = { plan: this.plan, size, ranAt: this.#version, ...rest };
    if (!(features instanceof Promise) && !(logits instanceof Promise)) {
      return this.#open({ ...parts, features, logits });
    }
    return Promise.all([features, logits, device.settle()])
      .then(([features, logits]) => {
        this.#checkAlive(); // it may have been disposed in the meantime
        return this.#open({ ...parts, features, logits });
      })
      .catch((error: unknown) => {
        for (const tensor of savedTensors(parts.chains)) device.dispose(tensor);
        throw error;
      });
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
    this.#store.step(options);
    this.#version++;
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

  /** What it holds outside of the device. */
  memory(): BackendMemory {
    return this.#store.memory();
  }

  /** Frees the parameters and every pass that is still open. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const pass of this.#passes) pass[Symbol.dispose]();
    this.#store.dispose();
    this.#onDispose(this);
  }

  #open(parts: Omit<ForwardPassParts, 'version' | 'onDispose'>): TfjsForwardPass {
    const pass = new TfjsForwardPass(this.#device, {
      ...parts,
      version: () => this.#version,
      onDispose: (disposed) => this.#passes.delete(disposed),
    });
    this.#passes.add(pass);
    return pass;
  }

  #checkAlive(): void {
    if (!this.#disposed) return;
    throw new ProtoNormError('disposed', `The learner of the model '${this.plan.spec.name}' was disposed.`);
  }
}
