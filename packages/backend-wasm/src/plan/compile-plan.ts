import type { ModelPlan } from '@protonorm/tensor';
import { GraphBuilder, type GraphMode } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import type { Execution, Operation } from '../graph/operation.ts';
import { Storage } from '../graph/storage.ts';
import type { View } from '../graph/view.ts';
import { buildChain } from '../layers/chain.ts';
import type { ParameterLayout } from '../parameters/parameter-layout.ts';
import { GUARD_BYTES, GuardBands } from './guard-bands.ts';
import { placeStorages } from './place-storages.ts';
import { settleGradients, type ZeroFills } from './settle-gradients.ts';

/** What a pass is planned for. */
export interface PlanOptions extends GraphMode {
  /** Where it enters. */
  readonly from: 'inputs' | 'features';
  /** Samples that it can take, >= 1. */
  readonly capacity: number;
  /** Watches for writes outside of what kernels are given; slow. @defaultValue false */
  readonly guard?: boolean;
}

/** Where the numbers of a learner lie. */
export interface LearnerAddresses {
  readonly parameters: number;
  readonly gradients: number;
  readonly buffers: number;
}

/**
 * A model and a pass compiled to a list of kernel calls over a work area whose layout is fixed: nothing is allocated when
 * it runs. It is bound to a work area and a learner before each use, so that many learners share it.
 */
export class CompiledPlan {
  readonly options: PlanOptions;
  /** Size of its work area. */
  readonly bytes: number;
  readonly operations: readonly Operation[];
  readonly #graph: GraphBuilder;
  readonly #input: View;
  readonly #features: View;
  readonly #logits: View;
  /** Operations of the encoder. */
  readonly #encoderLength: number;
  readonly #zeroFills: ZeroFills;
  readonly #staging: Storage;
  #bound: readonly [workArea: number, parameters: number] = [-1, -1];

  constructor(plan: ModelPlan, layout: ParameterLayout, options: PlanOptions) {
    const { spec } = plan;
    const graph = new GraphBuilder(options, layout, plan.buffers);
    this.options = options;
    this.#graph = graph;
    this.#input = graph.create('inputs', options.from === 'inputs' ? spec.input : [spec.features]);
    this.#input.storage.isInput = true;
    this.#features =
      options.from === 'inputs'
        ? buildChain(spec.encoder, this.#input, { graph, target: undefined })
        : this.#input;
    this.#encoderLength = graph.operations.length;
    this.#logits = buildChain(spec.head, this.#features, { graph, target: undefined });
    this.operations = graph.operations;
    const widest = Math.max(...[this.#input, this.#features, this.#logits].map(numbersOf));
    this.#staging = graph.space('staging', (capacity) => 4 * capacity * widest);
    this.#zeroFills = options.gradient
      ? settleGradients(graph, { input: this.#input, outputs: [this.#features, this.#logits] })
      : { before: [], last: [] };
    this.#noteLives();
    this.bytes = placeStorages(
      graph.storages,
      options.capacity,
      options.guard ? { bytes: GUARD_BYTES } : undefined,
    );
  }

  /** Points all kernels to a work area and to a learner's numbers. */
  bind(workArea: number, learner: LearnerAddresses): void {
    if (this.#bound[0] === workArea && this.#bound[1] === learner.parameters) return;
    this.#bound = [workArea, learner.parameters];
    const { storages, views, parameters, buffers } = this.#graph;
    for (const storage of storages) storage.address = workArea + storage.offset;
    for (const view of views) view.bind();
    for (const { placed, handle } of parameters) {
      handle.address = learner.parameters + 4 * placed.offset;
      handle.gradient = learner.gradients + 4 * placed.offset;
    }
    for (const { array, handle } of buffers) handle.address = learner.buffers + 4 * array.offset;
  }

  /** Runs forward over inputs that are dense, [size, ...input]. */
  forward(inputs: Float32Array, execution: Execution): void {
    timed(execution, 'inputs', 'forward', () => this.#write(inputs, this.#input, execution));
    const guards = this.#guards(execution);
    for (const operation of this.operations) {
      run(operation, 'forward', execution);
      guards?.check(`${operation.name} forward`);
    }
  }

  /** Features [size, d] behind a forward pass, copied. */
  features(execution: Execution): Float32Array {
    return this.#read(this.#features, execution);
  }

  /** Logits [size, C] behind a forward pass, copied. */
  logits(execution: Execution): Float32Array {
    return this.#read(this.#logits, execution);
  }

  /** Adds the gradients of the parameters; returns the gradient by the inputs if `execution` asks for it. */
  backward(
    gradients: { readonly features?: Float32Array | undefined; readonly logits?: Float32Array | undefined },
    execution: Execution,
  ): Float32Array | undefined {
    const { features, logits } = gradients;
    const dz = this.#features.gradient;
    if (features === undefined) fill(dz, execution);
    else this.#write(features, dz, execution);
    // The logits may be the features themselves (an empty head).
    if (logits !== undefined && this.#logits !== this.#features)
      this.#write(logits, this.#logits.gradient, execution);
    else if (logits !== undefined) {
      const sum = (features ?? new Float32Array(logits.length)).map((value, i) => value + logits[i]);
      this.#write(sum, dz, execution);
    }
    const guards = this.#guards(execution);
    const first = logits === undefined ? this.#encoderLength - 1 : this.operations.length - 1;
    for (let i = first; i >= 0; i--) {
      if (this.operations[i].backward === undefined) continue;
      for (const view of this.#zeroFills.before[i]) fill(view, execution);
      run(this.operations[i], 'backward', execution);
      guards?.check(`${this.operations[i].name} backward`);
    }
    if (!execution.inputGradient) return undefined;
    for (const view of this.#zeroFills.last) fill(view, execution);
    return this.#read(this.#input.gradient, execution);
  }

  #guards({ floats }: Execution): GuardBands | undefined {
    if (!this.options.guard) return undefined;
    const words = (): Uint32Array => new Uint32Array(floats().buffer);
    const guards = new GuardBands(this.#graph.storages, this.options.capacity, words);
    guards.paint();
    return guards;
  }

  /** Notes when each storage is used: operation i runs at time i forward and at 2 N - 1 - i back. */
  #noteLives(): void {
    const { operations, options } = this;
    const end = 2 * operations.length;
    this.#input.storage.touch(-1);
    operations.forEach(({ reads, writes, uses = [], saves = [], usesBackward = [], targets = [] }, i) => {
      for (const { storage } of [...reads, ...writes]) storage.touch(i);
      for (const storage of uses) storage.touch(i);
      if (!options.gradient) return;
      const back = end - 1 - i;
      // To the end, not to `back`: a pass may go back again.
      for (const saved of saves) (saved instanceof Storage ? saved : saved.storage).touch(end);
      for (const storage of usesBackward) storage.touch(back);
      for (const view of writes) view.gradient.storage.touch(back);
      for (const { of } of targets) of.gradient.storage.touch(back);
    });
    for (const view of [this.#features, this.#logits]) {
      view.storage.touch(operations.length);
      if (options.gradient) view.gradient.storage.touch(operations.length);
    }
    if (options.gradient) this.#input.gradient.storage.touch(end);
    this.#staging.touch(-1);
    this.#staging.touch(end);
  }

  #write(values: Float32Array, to: View, { kernels, floats, size: n }: Execution): void {
    if (to.dense) {
      floats().set(values, to.address / 4);
      return;
    }
    const { address } = this.#staging;
    floats().set(values, address / 4);
    kernels.copyImages(...densePitches(address, to), ...image(to), n, ...size(to));
  }

  #read(from: View, { kernels, floats, size: n }: Execution): Float32Array {
    const count = n * numbersOf(from);
    if (from.dense) return floats().slice(from.address / 4, from.address / 4 + count);
    const { address } = this.#staging;
    kernels.copyImages(...image(from), ...densePitches(address, from), n, ...size(from));
    return floats().slice(address / 4, address / 4 + count);
  }
}

function run(operation: Operation, direction: 'forward' | 'backward', execution: Execution): void {
  timed(execution, operation.name, direction, () => operation[direction]?.(execution));
}

function timed<T>({ profile }: Execution, name: string, direction: 'forward' | 'backward', work: () => T): T {
  if (profile === undefined) return work();
  const start = profile.now();
  const result = work();
  profile.record(name, direction, profile.now() - start);
  return result;
}

function fill(view: View, execution: Execution): void {
  const { kernels, size: n } = execution;
  timed(execution, 'fill', 'backward', () => kernels.fillImages(...image(view), n, ...size(view), 0));
}

function numbersOf({ height, width, channels }: View): number {
  return height * width * channels;
}

function densePitches(
  address: number,
  { height, width, channels }: View,
): [address: number, image: number, row: number, pixel: number] {
  return [address, height * width * channels, width * channels, channels];
}
