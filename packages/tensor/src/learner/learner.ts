import type { ModelPart, ModelPlan } from '../model/model-plan.ts';
import type { Rng } from '../random/rng.ts';
import type { Optimiser } from './optimiser.ts';

/** A value, or a promise of it: CPU and WASM answer at once, a GPU later. */
export type Awaitable<T> = T | Promise<T>;

/** How a forward pass is run. */
export interface ForwardOptions {
  /**
   * 'train': batch statistics (the running ones are updated, with or without gradient) and dropout; 'eval': running
   * statistics, no dropout.
   */
  readonly mode: 'train' | 'eval';
  /** Keep what `backward` needs. @defaultValue false */
  readonly gradient?: boolean;
  /** 'features' enters behind the encoder: the inputs are features [B, d] and only the head runs. @defaultValue 'inputs' */
  readonly from?: 'inputs' | 'features';
  /** Source of dropout masks, drawn anew for each pass; needed in training mode by models with dropout. */
  readonly rng?: Rng;
}

/** Gradients of a scalar by the outputs of a forward pass. */
export interface OutputGradients {
  /** By the features, shape [B, d]; left out = 0. */
  readonly features?: Float32Array | undefined;
  /** By the logits, shape [B, C]; left out = 0. */
  readonly logits?: Float32Array | undefined;
}

/**
 * One forward pass: its outputs, and what is needed to go back. Disposing frees the latter; the outputs stay valid.
 *
 * Several passes of a learner may be open at once, each goes back on its own and as often as needed; parameters must not
 * change in between.
 */
export interface ForwardPass extends Disposable {
  /** Samples B. */
  readonly size: number;
  /** Features z, shape [B, d], float32. */
  readonly features: Float32Array;
  /** Logits o, shape [B, C], float32. */
  readonly logits: Float32Array;
  /**
   * Adds the gradients of the parameters to those gathered since the last `step` or `clearGradients`.
   *
   * @param options - `inputs: true` asks for the gradient by the inputs; without it, `undefined` is returned
   * @returns the gradient by the inputs (or by the features, when the pass came from there), shape of the inputs
   * @throws `disposed` after disposal, `invalid-argument` without `gradient: true`, `shape-mismatch`
   */
  backward(
    gradients: OutputGradients,
    options?: { readonly inputs?: boolean },
  ): Awaitable<Float32Array | undefined>;
}

/** What one optimiser step does with the gathered gradients, in this order: clip, add the proximal pull, update. */
export interface StepOptions {
  readonly optimiser: Optimiser;
  /** Scales the gradient of all parameters (of all parts) so that its Euclidean norm is at most this. */
  readonly clipNorm?: number;
  /** Adds weight * (w - reference) to the gradient (FedProx); reference has the length of part 'all'. */
  readonly proximal?: { readonly weight: number; readonly reference: Float32Array };
  /** The parameters that move. @defaultValue 'all' */
  readonly part?: 'all' | 'encoder' | 'head';
}

/**
 * A model on a backend: forward, backward, step, and its numbers in and out.
 *
 * These primitives are enough for every strategy, also for joint training of two networks; `trainStep` combines them for
 * the common case. Parameters go in and out in PyTorch's layout (see {@link ModelPlan}).
 */
export interface Learner extends Disposable {
  readonly plan: ModelPlan;
  /**
   * @param inputs - shape [B, ...input], float32, B >= 1
   * @throws `shape-mismatch`, `disposed`, `invalid-argument` for dropout without rng in training mode, and for batch
   *   normalisation of a single value per channel in training mode
   */
  forward(inputs: Float32Array, options: ForwardOptions): Awaitable<ForwardPass>;
  /** The gradients gathered so far, flat in the order of the part. */
  gradients(part?: 'all' | 'encoder' | 'head'): Awaitable<Float32Array>;
  /** Sets the gathered gradients to 0. */
  clearGradients(): void;
  /**
   * Moves the parameters of the part by the gathered gradients, and clears the gradients of all parts. Each parameter has
   * its own momentum and number of steps, as in PyTorch.
   *
   * @throws `invalid-argument`, `shape-mismatch` (the parameters are then as before), `disposed`
   */
  step(options: StepOptions): Awaitable<void>;
  /** Forgets momentum and moments; as after building the optimiser anew. */
  resetOptimiser(): void;
  /**
   * A copy of the numbers of a part, flat, float32.
   *
   * @param into - where they are written, of the part's length; may lie on shared memory. A fresh array when left out
   * @returns `into`, or the fresh array
   * @throws `shape-mismatch` for an array of another length
   */
  read(part: ModelPart, into?: Float32Array): Awaitable<Float32Array>;
  /** Replaces the numbers of a part by a copy. @throws `shape-mismatch`, `not-finite`; the numbers are then as before */
  write(part: ModelPart, values: Float32Array): Awaitable<void>;
}
