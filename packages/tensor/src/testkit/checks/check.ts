import type { Backend } from '../../learner/backend.ts';

/** What a check works with. */
export interface CheckContext {
  /** A fresh backend; the kit disposes of it, and holds its memory against what it was before the check. */
  readonly backend: Backend;
  /** Opens another backend of the same kind; the check disposes of it. */
  create(): Promise<Backend>;
  /**
   * Expects two arrays to be equal within the tolerance: the largest difference, divided by the largest expected number
   * (or by `scale`, where that is larger).
   */
  expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, scale?: number): void;
}

/** One thing that every backend must do. */
export interface BackendCheck {
  /** 'group/what', unique. */
  readonly name: string;
  /** Throws a {@link ConformanceError} (or what the backend throws) when it is not done. */
  run(context: CheckContext): Promise<void>;
}

/** A backend does not do what its contract says. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
}
