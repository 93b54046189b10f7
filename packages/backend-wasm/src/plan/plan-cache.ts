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

/**
 * The plans of one architecture, shared by all its learners, each with one idle work area that is kept for the next pass.
 */
export class PlanCache {
  readonly model: ModelPlan;
  readonly layout: ParameterLayout;
  /** Learners that use it. */
  users = 0;
  readonly #heap: Heap;
  readonly #plans = new Map<string, { readonly plan: CompiledPlan; idle: Block | undefined }>();

  constructor(model: ModelPlan, layout: ParameterLayout, heap: Heap) {
    this.model = model;
    this.layout = layout;
    this.#heap = heap;
  }

  /**
   * A plan for at least `capacity` samples, made when there is none.
   *
   * @throws `out-of-memory`
   */
  lease(options: PlanOptions): PlanLease {
    const key = `${options.training}:${options.gradient}:${options.from}`;
    let entry = this.#plans.get(key);
    if (entry === undefined || entry.plan.options.capacity < options.capacity) {
      entry?.idle?.free();
      entry = { plan: new CompiledPlan(this.model, this.layout, options), idle: undefined };
      this.#plans.set(key, entry);
    }
    const { plan } = entry;
    const workArea =
      entry.idle ??
      this.#heap.allocate(
        plan.bytes,
        `A pass of ${options.capacity} samples through the model '${this.model.spec.name}'`,
      );
    entry.idle = undefined;
    let held = true;
    return {
      plan,
      workArea,
      release: () => {
        if (!held) return;
        held = false;
        const current = this.#plans.get(key);
        if (current?.plan === plan && current.idle === undefined && this.users > 0) current.idle = workArea;
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
    for (const { idle } of this.#plans.values()) idle?.free();
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
