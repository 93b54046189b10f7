import {
  modelKey,
  planModel,
  ProtoNormError,
  type Backend,
  type BackendMemory,
  type Learner,
  type ModelSpec,
} from '@protonorm/tensor';
import type { KernelBuild, Kernels } from '@protonorm/wasm-kernels';
import type { OperationProfile } from '../graph/operation.ts';
import { WasmLearner } from '../learner/wasm-learner.ts';
import type { Heap } from '../memory/heap.ts';
import { layoutParameters } from '../parameters/parameter-layout.ts';
import { PlanCache } from '../plan/plan-cache.ts';

/** What looks at the engine while it runs. */
export interface DebugOptions {
  readonly profile?: OperationProfile | undefined;
  readonly guard?: boolean;
}

/** A `Backend` on the kernels of `@protonorm/wasm-kernels`; one memory for all its learners. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly description: string;
  /** The binary of the kernels that runs. */
  readonly build: KernelBuild;
  readonly #heap: Heap;
  readonly #kernels: Kernels;
  readonly #plans = new Map<string, PlanCache>();
  readonly #learners = new Set<WasmLearner>();
  #disposed = false;

  readonly #debug: DebugOptions;

  constructor(
    heap: Heap,
    { kernels, build }: { readonly kernels: Kernels; readonly build: KernelBuild },
    debug: DebugOptions = {},
  ) {
    this.#heap = heap;
    this.#kernels = kernels;
    this.#debug = debug;
    this.build = build;
    this.description = `planned WASM engine (${build === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}, 1 thread)`;
  }

  /** @throws `invalid-model`, `shape-mismatch`, `not-finite`, `out-of-memory`, `disposed` */
  createLearner(
    spec: ModelSpec,
    initial: { readonly parameters: Float32Array; readonly buffers?: Float32Array },
  ): Learner {
    if (this.#disposed) throw new ProtoNormError('disposed', `The backend '${this.name}' was disposed.`);
    const plan = planModel(spec);
    const key = modelKey(spec);
    let plans = this.#plans.get(key);
    if (plans === undefined) {
      plans = new PlanCache(plan, layoutParameters(plan), {
        heap: this.#heap,
        guard: this.#debug.guard ?? false,
      });
      this.#plans.set(key, plans);
    }
    const shared = plans;
    try {
      const learner = new WasmLearner(shared, {
        heap: this.#heap,
        kernels: this.#kernels,
        initial,
        profile: this.#debug.profile,
        onDispose: (disposed) => {
          this.#learners.delete(disposed);
          if (shared.users === 0) this.#plans.delete(key);
        },
      });
      this.#learners.add(learner);
      return learner;
    } catch (error) {
      if (shared.users === 0) this.#plans.delete(key);
      throw error;
    }
  }

  /** What learners and open passes hold; a work area that waits for the next pass of a plan is not counted. */
  memory(): BackendMemory {
    let buffers = 0;
    let bytes = 0;
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
