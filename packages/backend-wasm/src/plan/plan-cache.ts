import {
  chainOutputShape,
  innerChains,
  layerOutputShape,
  type LayerSpec,
  type ModelPlan,
} from '@protonorm/tensor';
import type { Block, Heap } from '../memory/heap.ts';
import type { ParameterLayout } from '../parameters/parameter-layout.ts';
import { CompiledPlan, type PlanOptions } from './compile-plan.ts';

/** A plan with a work area of its own, until it is given back. */
export interface PlanLease {
  readonly plan: CompiledPlan;
  readonly workArea: Block;
  release(): void;
}

interface PlanEntry {
  readonly plan: CompiledPlan;
  idle: Block | undefined;
}

/** Plans that are kept for passes of one kind: full batches, last batches, single samples. */
const PLANS_OF_A_KIND = 3;

/** Whether a plan takes so many samples without holding several times the memory that they need. */
function fits(capacity: number, samples: number): boolean {
  return capacity >= samples && capacity <= 4 * Math.max(samples, 8);
}

/**
 * The plans of one architecture, shared by all its learners, each with one idle work area that is kept for the next pass.
 */
export class PlanCache {
  readonly model: ModelPlan;
  readonly layout: ParameterLayout;
  /** Learners that use it. */
  users = 0;
  readonly #heap: Heap;
  readonly #plans = new Map<string, readonly PlanEntry[]>();

  readonly #guard: boolean;

  constructor(
    model: ModelPlan,
    layout: ParameterLayout,
    { heap, guard }: { readonly heap: Heap; readonly guard: boolean },
  ) {
    this.model = model;
    this.layout = layout;
    this.#heap = heap;
    this.#guard = guard;
  }

  /**
   * A plan for at least `capacity` samples, made when there is none of about this size.
   *
   * @throws `out-of-memory`; everything is then as before
   */
  lease(options: PlanOptions): PlanLease {
    const key = `${options.training}:${options.gradient}:${options.from}`;
    const entries = this.#plans.get(key) ?? [];
    const { capacity } = options;
    const found = entries.find(({ plan }) => fits(plan.options.capacity, capacity));
    const entry = found ?? {
      plan: new CompiledPlan(this.model, this.layout, { ...options, guard: this.#guard }),
      idle: undefined,
    };
    const { plan } = entry;
    const workArea =
      entry.idle ??
      this.#heap.allocate(
        plan.bytes,
        `A pass of ${capacity} samples through the model '${this.model.spec.name}'`,
      );
    entry.idle = undefined;
    // The one used last goes first; sizes that are no longer used fall off the end.
    const recent = [entry, ...entries.filter((other) => other !== entry)];
    for (const { idle } of recent.slice(PLANS_OF_A_KIND)) idle?.free();
    this.#plans.set(key, recent.slice(0, PLANS_OF_A_KIND));
    let held = true;
    return {
      plan,
      workArea,
      release: () => {
        if (!held) return;
        held = false;
        const kept = this.users > 0 && this.#plans.get(key)?.includes(entry);
        if (kept && entry.idle === undefined) entry.idle = workArea;
        else workArea.free();
      },
    };
  }

  /** A batch norm that sees one value per channel of a sample, which has no variance by itself; undefined = none. */
  normOfOneValue(from: 'inputs' | 'features'): string | undefined {
    const { spec } = this.model;
    const encoded = chainOutputShape(spec.encoder, spec.input);
    const inEncoder = from === 'inputs' ? normOfOneValue(spec.encoder, spec.input) : undefined;
    return inEncoder ?? normOfOneValue(spec.head, encoded);
  }

  /** Frees the idle work areas and forgets the plans. */
  clear(): void {
    for (const { idle } of [...this.#plans.values()].flat()) idle?.free();
    this.#plans.clear();
  }
}

function normOfOneValue(layers: readonly LayerSpec[], input: readonly number[]): string | undefined {
  let shape = input;
  for (const layer of layers) {
    if (layer.kind === 'batchNorm' && shape.slice(0, -1).every((extent) => extent === 1)) return layer.name;
    for (const chain of innerChains(layer)) {
      const found = normOfOneValue(chain, shape);
      if (found !== undefined) return found;
    }
    shape = layerOutputShape(layer, shape);
  }
  return undefined;
}
