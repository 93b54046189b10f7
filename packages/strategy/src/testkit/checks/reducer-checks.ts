import { reducerOf } from '../../reduce/reducer-of.ts';
import type { Reducer } from '../../reduce/reducer.ts';
import { expectSame, sendsNothing, type StrategyCheck } from '../check.ts';
import { differenceOf } from '../runner/difference.ts';

/** A reducer may be fed in any order, and be split over relays. */
export function reducerChecks(): StrategyCheck[] {
  return [
    {
      name: 'reducer/order and grouping',
      inapplicable: sendsNothing,
      async run({ strategy, hyper, baseline }) {
        const reducer = reducerOf(strategy, hyper);
        const { rounds } = await baseline();
        for (const { uploads } of rounds.slice(0, 2)) {
          const given = [...uploads].filter(([, upload]) => upload !== null);
          if (given.length === 0) continue;
          const whole = reduced(reducer, given);
          for (const order of permutations(given)) {
            expectSame(
              differenceOf(whole, reduced(reducer, order)),
              'Uploads in another order give another result',
            );
          }
          for (const groups of groupings(given)) {
            const relay = reducer.start();
            for (const group of groups) {
              const part = reducer.start();
              for (const [id, upload] of group) part.add(upload, id);
              relay.merge(part);
            }
            expectSame(differenceOf(whole, relay.result()), 'Merged groups of uploads give another result');
          }
        }
      },
    },
  ];
}

type Given = readonly (readonly [id: string, upload: unknown])[];

function reduced(reducer: Reducer<unknown, unknown>, given: Given): unknown {
  const accumulator = reducer.start();
  for (const [id, upload] of given) accumulator.add(upload, id);
  return accumulator.result();
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

/** All ways to cut a list into groups. */
function groupings<T>(items: readonly T[]): readonly (readonly (readonly T[])[])[] {
  return Array.from({ length: 2 ** (items.length - 1) }, (_, cuts) => {
    const groups: T[][] = [[]];
    items.forEach((item, i) => {
      if (i > 0 && (cuts >> (i - 1)) & 1) groups.push([]);
      groups.at(-1)!.push(item);
    });
    return groups;
  });
}
