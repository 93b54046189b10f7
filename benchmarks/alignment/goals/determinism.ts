import { apart } from '../apart.ts';
import { atMost, none } from '../limits.ts';
import type { Measurement } from '../measurement.ts';
import { check } from '../measurements.ts';
import { rowOf } from '../row.ts';

/** Goal 11: same seed, same bytes; WASM as plain JavaScript up to rounding. */
export const determinism: readonly Measurement[] = [
  {
    goal: 11,
    name: 'bytes in two processes, all methods',
    measure() {
      const [first, second] = [0, 1].map(() =>
        apart<[method: string, digest: string][]>('check-digest.ts', {}),
      );
      const other = first.filter(([, digest], i) => digest !== second[i][1]).map(([method]) => method);
      const note = [`${first.length} methods`, ...other].join(', ');
      return [
        rowOf({ goal: 11, name: this.name, note }, { on: 'javascript', failures: other.length }, [
          none('failures'),
        ]),
      ];
    },
  },
  check('check-wasm-difference.ts', {
    goal: 11,
    name: 'WASM against JavaScript, all methods',
    limits: [atMost('difference', 1e-5)],
  }),
];
