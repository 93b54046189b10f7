import type { Batch, DataSlice } from '@protonorm/tensor';
import type { Profiler } from './profiler.ts';

/** Samples whose batches are measured as they are made. */
export function profiledSlice(slice: DataSlice, profiler: Profiler): DataSlice {
  return {
    dataset: slice.dataset,
    indices: slice.indices,
    length: slice.length,
    classCounts: () => slice.classCounts(),
    batches(options) {
      const batches = slice.batches(options);
      return {
        *[Symbol.iterator](): Generator<Batch> {
          const iterator = batches[Symbol.iterator]();
          for (;;) {
            const next = profiler.measure('batches', () => iterator.next());
            if (next.done === true) return;
            yield next.value;
          }
        },
      };
    },
  };
}
