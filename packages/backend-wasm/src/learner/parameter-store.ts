import {
  checkPartValues,
  partTarget,
  checkStep,
  freshBuffers,
  ProtoNormError,
  type BackendMemory,
  type ModelPart,
  type ModelPlan,
  type StepOptions,
} from '@protonorm/tensor';
import type { Kernels } from '@protonorm/wasm-kernels';
import type { Block, Heap } from '../memory/heap.ts';
import { packArray, unpackArray } from '../parameters/pack.ts';
import type { ParameterLayout } from '../parameters/parameter-layout.ts';
import type { LearnerAddresses } from '../plan/compile-plan.ts';

type Part = 'all' | 'encoder' | 'head';

/** The numbers of a learner in the WASM memory, laid out for the kernels: parameters, gradients, momenta, buffers. */
export class ParameterStore {
  readonly #plan: ModelPlan;
  readonly #layout: ParameterLayout;
  readonly #heap: Heap;
  readonly #kernels: Kernels;
  readonly #parameters: Block;
  readonly #gradients: Block;
  readonly #buffers: Block;
  /** The optimiser's memory; each as long as the parameters. */
  readonly #moments = new Map<'velocity' | 'first' | 'second', Block>();
  /** Adam's number of steps for each part. */
  #steps = { encoder: 0, head: 0 };
  #reference: { readonly values: Float32Array; readonly block: Block } | undefined;

  /** @throws `shape-mismatch`, `not-finite`, `out-of-memory` */
  constructor(
    plan: ModelPlan,
    layout: ParameterLayout,
    options: {
      readonly heap: Heap;
      readonly kernels: Kernels;
      readonly initial: { readonly parameters: Float32Array; readonly buffers?: Float32Array };
    },
  ) {
    const { heap, kernels, initial } = options;
    this.#plan = plan;
    this.#layout = layout;
    this.#heap = heap;
    this.#kernels = kernels;
    checkPartValues(plan, 'all', initial.parameters);
    if (initial.buffers) checkPartValues(plan, 'buffers', initial.buffers);
    const blocks: Block[] = [];
    try {
      for (const floats of [layout.length, layout.length, plan.size.buffers])
        blocks.push(heap.allocate(4 * Math.max(floats, 1), `The model '${plan.spec.name}'`));
    } catch (error) {
      for (const block of blocks) block.free();
      throw error;
    }
    [this.#parameters, this.#gradients, this.#buffers] = blocks;
    this.#scatter('all', initial.parameters, this.#parameters);
    this.#view(this.#buffers, plan.size.buffers).set(initial.buffers ?? freshBuffers(plan));
  }

  get addresses(): LearnerAddresses {
    return {
      parameters: this.#parameters.address,
      gradients: this.#gradients.address,
      buffers: this.#buffers.address,
    };
  }

  /** @throws `shape-mismatch` */
  read(part: ModelPart, into?: Float32Array): Float32Array {
    const target = partTarget(this.#plan, part, into);
    if (part === 'buffers') target.set(this.#view(this.#buffers, target.length));
    else this.#gather(part, this.#parameters, target);
    return target;
  }

  gradients(part: Part): Float32Array {
    const gradients = new Float32Array(this.#plan.size[part]);
    this.#gather(part, this.#gradients, gradients);
    return gradients;
  }

  /** @throws `shape-mismatch`, `not-finite` */
  write(part: ModelPart, values: Float32Array): void {
    checkPartValues(this.#plan, part, values);
    if (part === 'buffers') this.#view(this.#buffers, values.length).set(values);
    else this.#scatter(part, values, this.#parameters);
  }

  clearGradients(): void {
    this.#view(this.#gradients, this.#layout.length).fill(0);
  }

  resetOptimiser(): void {
    for (const block of this.#moments.values()) block.free();
    this.#moments.clear();
    this.#steps = { encoder: 0, head: 0 };
  }

  /**
   * Clips, adds the proximal pull, updates and clears the gradients. The clipping norm is that of all parameters, as
   * torch's `clip_grad_norm_(model.parameters(), clipNorm)`.
   *
   * @throws `diverged` when a gradient is not finite; nothing has moved then. `out-of-memory`
   */
  step(options: StepOptions): void {
    const { optimiser, clipNorm, proximal, part = 'all' } = options;
    checkStep(this.#plan, options);
    const kernels = this.#kernels;
    const weights = this.#parameters.address;
    const gradients = this.#gradients.address;
    const norm = Math.sqrt(kernels.sumOfSquares(gradients, this.#layout.length));
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
    const [offset, length] = this.#range(part);
    const from = 4 * offset;
    // Before anything moves, since memory may run out.
    const velocity =
      optimiser.kind === 'sgd' && (optimiser.momentum ?? 0) > 0 ? this.#moment('velocity') : undefined;
    const first = optimiser.kind === 'adam' ? this.#moment('first') : 0;
    const second = optimiser.kind === 'adam' ? this.#moment('second') : 0;
    const reference = proximal && proximal.weight > 0 ? this.#packedReference(proximal.reference) : undefined;

    const clip = clipNorm === undefined ? 1 : Math.min(1, clipNorm / (norm + 1e-6)); // torch's 1e-6
    if (clip < 1) kernels.scale(gradients + from, length, clip);
    if (reference !== undefined)
      kernels.addProximal(gradients + from, weights + from, reference + from, length, proximal!.weight);
    const { learningRate, weightDecay = 0 } = optimiser;
    if (optimiser.kind === 'sgd') {
      if (velocity === undefined)
        kernels.sgd(weights + from, gradients + from, length, learningRate, weightDecay);
      else {
        const { momentum = 0 } = optimiser;
        kernels.sgdMomentum(
          weights + from,
          gradients + from,
          velocity + from,
          length,
          learningRate,
          momentum,
          weightDecay,
        );
      }
    } else {
      const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = optimiser;
      for (const half of part === 'all' ? (['encoder', 'head'] as const) : [part]) {
        const steps = ++this.#steps[half];
        const [start, count] = this.#range(half);
        const at = 4 * start;
        kernels.adam(
          weights + at,
          gradients + at,
          first + at,
          second + at,
          count,
          learningRate / (1 - beta1 ** steps),
          beta1,
          beta2,
          epsilon,
          Math.sqrt(1 - beta2 ** steps),
          weightDecay,
        );
      }
    }
    if (part !== 'all') this.clearGradients();
  }

  memory(): BackendMemory {
    const blocks = [
      this.#parameters,
      this.#gradients,
      this.#buffers,
      ...this.#moments.values(),
      ...(this.#reference ? [this.#reference.block] : []),
    ];
    return { buffers: blocks.length, bytes: blocks.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  dispose(): void {
    this.resetOptimiser();
    this.#reference?.block.free();
    for (const block of [this.#parameters, this.#gradients, this.#buffers]) block.free();
  }

  /** Offset and number of floats of a part. */
  #range(part: Part): readonly [offset: number, length: number] {
    const { length, encoderLength } = this.#layout;
    if (part === 'all') return [0, length];
    return part === 'encoder' ? [0, encoderLength] : [encoderLength, length - encoderLength];
  }

  #view(block: Block, length: number): Float32Array {
    return this.#heap.view(block.address, length);
  }

  #moment(which: 'velocity' | 'first' | 'second'): number {
    let block = this.#moments.get(which);
    if (block === undefined) {
      block = this.#heap.allocate(
        4 * this.#layout.length,
        `The optimiser of the model '${this.#plan.spec.name}'`,
      );
      this.#moments.set(which, block);
    }
    return block.address;
  }

  /** The reference of the proximal pull in the kernels' order; kept, since it is the same for all steps of a round. */
  #packedReference(values: Float32Array): number {
    const kept = this.#reference;
    if (kept === undefined || kept.values.some((value, i) => value !== values[i])) {
      const block =
        kept?.block ??
        this.#heap.allocate(
          4 * this.#layout.length,
          `The proximal reference of the model '${this.#plan.spec.name}'`,
        );
      this.#reference = { values: values.slice(), block };
      this.#scatter('all', values, block);
    }
    return this.#reference!.block.address;
  }

  #gather(part: Part, block: Block, into: Float32Array): void {
    this.#each(part, block, (layout, packed, offset, size) =>
      unpackArray(layout, packed, into.subarray(offset, offset + size)),
    );
  }

  #scatter(part: Part, values: Float32Array, block: Block): void {
    this.#each(part, block, (layout, packed, offset, size) =>
      packArray(layout, values.subarray(offset, offset + size), packed),
    );
  }

  /** Calls `visit` for each array of a part with its place in memory and its offset in the part. */
  #each(
    part: Part,
    block: Block,
    visit: (
      layout: ParameterLayout['arrays'][number]['layout'],
      packed: Float32Array,
      offset: number,
      size: number,
    ) => void,
  ): void {
    const start = part === 'head' ? this.#plan.size.encoder : 0;
    const all = this.#view(block, this.#layout.length);
    for (const { array, layout, offset, length } of this.#layout.arrays) {
      if (part !== 'all' && array.part !== part) continue;
      visit(layout, all.subarray(offset, offset + length), array.offset - start, array.size);
    }
  }
}
