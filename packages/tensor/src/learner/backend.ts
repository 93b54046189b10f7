import type { ModelSpec } from '../model/model-spec.ts';
import type { Awaitable, Learner } from './learner.ts';

/** Live resources of a backend, for leak tests and metrics. */
export interface BackendMemory {
  /** Live buffers or tensors. */
  readonly buffers: number;
  /** Bytes that they hold. */
  readonly bytes: number;
}

/**
 * Something that can compile model specs into learners: the boundary between the core and the numeric libraries.
 *
 * A backend is not a tensor library: it knows models, not operations. Every backend passes `testBackend` of
 * `@protonorm/tensor/testkit`.
 */
export interface Backend extends Disposable {
  /** 'cpu', 'wasm', ... */
  readonly name: string;
  /** What it runs on, for manifests: library, version, SIMD, threads. */
  readonly description: string;
  /**
   * @param spec - checked before anything is allocated
   * @param initial - numbers of the part 'all' and, where the model has any, 'buffers' (running mean 0 and variance 1
   *   when left out)
   * @throws `invalid-model`, `unsupported-layer`, `shape-mismatch`, `not-finite`
   */
  createLearner(
    spec: ModelSpec,
    initial: { readonly parameters: Float32Array; readonly buffers?: Float32Array },
  ): Awaitable<Learner>;
  memory(): BackendMemory;
}
