import type { ModelArray } from '@protonorm/tensor';
import type { ParameterLayout, PlacedArray } from '../parameters/parameter-layout.ts';
import type { Operation } from './operation.ts';
import { Storage, type Extent } from './storage.ts';
import { View } from './view.ts';

/** A parameter or buffer as operations see it: addresses of its numbers and of their gradient, set when a plan is bound. */
export interface ArrayHandle {
  address: number;
  gradient: number;
}

/** What a pass is planned for. */
export interface GraphMode {
  /** Batch statistics and dropout. */
  readonly training: boolean;
  /** Whether it goes back. */
  readonly gradient: boolean;
}

/** Collects the operations of a model and what they read and write. */
export class GraphBuilder {
  readonly mode: GraphMode;
  readonly operations: Operation[] = [];
  readonly storages: Storage[] = [];
  readonly views: View[] = [];
  readonly parameters: { readonly placed: PlacedArray; readonly handle: ArrayHandle }[] = [];
  readonly buffers: { readonly array: ModelArray; readonly handle: ArrayHandle }[] = [];
  /** Storages whose gradient takes the place of another's; see {@link shareGradient}. */
  readonly sharedGradients = new Map<Storage, View>();
  readonly #layout: ParameterLayout;
  readonly #buffers: readonly ModelArray[];

  constructor(mode: GraphMode, layout: ParameterLayout, buffers: readonly ModelArray[]) {
    this.mode = mode;
    this.#layout = layout;
    this.#buffers = buffers;
  }

  /** New numbers of this shape. */
  create(name: string, shape: readonly number[]): View {
    const storage = new Storage(name, extentOf(shape));
    this.storages.push(storage);
    return this.#keep(new View(storage, { shape }));
  }

  /** The target if there is one, else new numbers. */
  output(name: string, shape: readonly number[], target: View | undefined): View {
    return target ?? this.create(name, shape);
  }

  /** Some channels of a view, or all under another shape. */
  slice(
    view: View,
    options: { readonly start?: number; readonly channels?: number; readonly shape: readonly number[] },
  ): View {
    const { start = 0, channels = view.channels, shape } = options;
    return this.#keep(new View(view.storage, { start: view.start + start, channels, shape }));
  }

  /** Space that is no image. */
  space(name: string, bytes: (capacity: number) => number): Storage {
    const storage = new Storage(name, { height: 1, width: 1, channels: 1 }, bytes);
    this.storages.push(storage);
    return storage;
  }

  /** Space of a fixed number of float32 numbers. */
  floats(name: string, count: number): Storage {
    return this.space(name, () => 4 * count);
  }

  parameter(name: string): ArrayHandle {
    const handle = { address: 0, gradient: 0 };
    this.parameters.push({ placed: this.#layout.byName.get(name)!, handle });
    return handle;
  }

  buffer(name: string): ArrayHandle {
    const handle = { address: 0, gradient: 0 };
    this.buffers.push({ array: this.#buffers.find((array) => array.name === name)!, handle });
    return handle;
  }

  /** Notes that the gradient by all of `of` may overwrite that by `by`: nobody else reads either. */
  shareGradient(of: View, by: View): void {
    this.sharedGradients.set(of.storage, by);
  }

  add(operation: Operation): void {
    this.operations.push(operation);
  }

  #keep(view: View): View {
    this.views.push(view);
    return view;
  }
}

/** [h, w, c] as it is; a sequence [t, c] is an image of one row, a vector one of one pixel. */
function extentOf(shape: readonly number[]): Extent {
  const channels = shape.at(-1) ?? 1;
  if (shape.length === 3) return { height: shape[0], width: shape[1], channels };
  if (shape.length === 2) return { height: 1, width: shape[0], channels };
  return { height: 1, width: 1, channels: shape.reduce((a, b) => a * b, 1) };
}
