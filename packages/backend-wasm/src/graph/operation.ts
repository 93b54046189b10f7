import type { Kernels } from '@protonorm/wasm-kernels';
import type { Rng } from '@protonorm/tensor';
import type { GradientTarget } from './gradient-target.ts';
import type { Storage } from './storage.ts';
import type { View } from './view.ts';

/** Sees how long each operation takes; the clock is the caller's. */
export interface OperationProfile {
  /** Milliseconds since any moment. */
  now(): number;
  /** @param operation - as 'winograd base.layer_0.conv1' */
  record(operation: string, direction: 'forward' | 'backward', ms: number): void;
}

/** What operations need to know of the pass that runs them. */
export interface Execution {
  readonly kernels: Kernels;
  /** The memory, as float32 numbers. */
  readonly floats: () => Float32Array;
  /** Samples. */
  size: number;
  /** Source of dropout masks. */
  rng: Rng | undefined;
  /** Whether the gradient by the inputs of the model is asked for. */
  inputGradient: boolean;
  readonly profile: OperationProfile | undefined;
}

/** One step of a plan; its kernels read addresses of views when they run. */
export interface Operation {
  /** For profiles: 'conv2d base.conv1 3x3 winograd'. */
  readonly name: string;
  readonly reads: readonly View[];
  readonly writes: readonly View[];
  /** What is needed while it runs, forward. */
  readonly uses?: readonly Storage[];
  /** What must survive until it goes back: views or storages. */
  readonly saves?: readonly (View | Storage)[];
  /** What is needed while it goes back. */
  readonly usesBackward?: readonly Storage[];
  /** The gradients that it writes, in this order. */
  readonly targets?: readonly GradientTarget[];
  forward(execution: Execution): void;
  /** Reads the gradients of what it wrote; left out = nothing to do. */
  backward?(execution: Execution): void;
}
