import { ChannelRanges } from '../graph/channel-ranges.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { Storage } from '../graph/storage.ts';
import { View } from '../graph/view.ts';

/** What has to be set to 0, since nobody stores there first. */
export interface ZeroFills {
  /** Before each operation goes back. */
  readonly before: readonly (readonly View[])[];
  /** Before the gradient by the inputs is read. */
  readonly last: readonly View[];
}

/**
 * Gives every view its gradient, and settles who stores and who adds, by going through the operations backwards once.
 *
 * @param ends - the inputs, and the views whose gradients come from outside
 */
export function settleGradients(
  graph: GraphBuilder,
  { input, outputs }: { readonly input: View; readonly outputs: readonly View[] },
): ZeroFills {
  const storages = new Map<Storage, Storage>();
  const extra: View[] = [];
  const views = new Map<string, View>();
  const ids = new Map<Storage, number>();

  const part = (storage: Storage, like: View, start: number): View => {
    let id = ids.get(storage);
    if (id === undefined) ids.set(storage, (id = ids.size));
    const key = `${id}:${start}:${like.channels}:${like.shape.join()}`;
    let view = views.get(key);
    if (view === undefined) {
      view = new View(storage, { start, channels: like.channels, shape: like.shape });
      views.set(key, view);
      extra.push(view);
    }
    return view;
  };
  const gradientOf = (view: View): View => {
    const shared = graph.sharedGradients.get(view.storage);
    if (shared !== undefined) {
      const base = gradientOf(shared);
      return part(base.storage, view, base.start + view.start);
    }
    let storage = storages.get(view.storage);
    if (storage === undefined) {
      storage = new Storage(`d ${view.storage.name}`, view.storage.extent);
      storage.isGradient = true;
      storage.halo = view.storage.halo; // Winograd's way back writes into it
      storages.set(view.storage, storage);
    }
    return part(storage, view, view.start);
  };
  for (const view of graph.views) view.gradient = gradientOf(view);
  graph.views.push(...extra);
  graph.storages.push(...storages.values());

  const written = new Map<Storage, ChannelRanges>();
  const rangesOf = (view: View): ChannelRanges => {
    let ranges = written.get(view.storage);
    if (ranges === undefined) written.set(view.storage, (ranges = new ChannelRanges()));
    return ranges;
  };
  const complete = (view: View, fills: View[]): void => {
    const ranges = rangesOf(view);
    for (const [start, end] of ranges.missing(view.start, view.start + view.channels)) {
      const gap = new View(view.storage, { start, channels: end - start, shape: view.shape });
      graph.views.push(gap);
      fills.push(gap);
      ranges.add(start, end);
    }
  };
  for (const { gradient } of outputs)
    rangesOf(gradient).add(gradient.start, gradient.start + gradient.channels);

  const fills: View[][] = graph.operations.map(() => []);
  for (let i = graph.operations.length - 1; i >= 0; i--) {
    const { writes, targets = [], backward } = graph.operations[i];
    if (backward === undefined) continue;
    for (const { gradient } of writes) complete(gradient, fills[i]);
    for (const target of targets) {
      const { gradient } = target.of;
      // In place of its own output's gradient: that has just been read, and is overwritten.
      if (writes.some((y) => samePlace(y.gradient, gradient))) {
        target.accumulate = 0;
        continue;
      }
      const ranges = rangesOf(gradient);
      const gaps = ranges.missing(gradient.start, gradient.start + gradient.channels);
      const empty = gaps.length === 1 && gaps[0][1] - gaps[0][0] === gradient.channels;
      if (empty && target.canStore) {
        target.accumulate = 0;
        ranges.add(gradient.start, gradient.start + gradient.channels);
      } else {
        complete(gradient, fills[i]);
        target.accumulate = 1;
      }
    }
  }
  const last: View[] = [];
  complete(input.gradient, last);
  return { before: fills, last };
}

function samePlace(a: View, b: View): boolean {
  return a.storage === b.storage && a.start === b.start && a.channels === b.channels;
}
