import { ConformanceError } from '@protonorm/tensor/testkit';
import type { HyperSchema, HyperValues } from '../../hyper/hyperparameter.ts';
import { reducerOf } from '../../reduce/reducer-of.ts';
import type { Accumulator, Reducer } from '../../reduce/reducer.ts';
import type { AnyStrategy } from '../../strategy/strategy.ts';
import { copyOf, differenceOf } from './difference.ts';

/** The members of a context that are data, not tools. */
const DATA = ['hyper', 'down', 'state', 'reduced', 'federation', 'local'] as const;

/**
 * The same strategy, with a copy kept of all that its functions are given, and a way to ask whether they changed it: at
 * once, or later through an array that they kept.
 */
export function watched(strategy: AnyStrategy): {
  readonly strategy: AnyStrategy;
  /** @throws ConformanceError that names the function and the value */
  expectUnchanged(): void;
} {
  const seen: { readonly where: string; readonly value: unknown; readonly before: unknown }[] = [];
  const keep = (where: string, value: unknown): void =>
    void seen.push({ where, value, before: copyOf(value) });
  const watch = (name: string, context: unknown): void => {
    const members = context as Readonly<Record<string, unknown>>;
    for (const key of DATA) if (members[key] !== undefined) keep(`${name} changed its ${key}`, members[key]);
  };
  const { client, server } = strategy;
  const watchedReducer = (reducer: Reducer<unknown, unknown>): Reducer<unknown, unknown> => ({
    ...reducer,
    start() {
      const inner = reducer.start();
      const outer: Accumulator<unknown, unknown> = {
        add(upload, from) {
          keep('server.reduce changed an upload', upload);
          inner.add(upload, from);
        },
        merge: (other) => inner.merge(other),
        result: () => inner.result(),
      };
      return outer;
    },
  });
  return {
    strategy: {
      ...strategy,
      client: {
        ...client,
        ...(client.receive && {
          receive(context: never) {
            watch('client.receive', context);
            return client.receive!(context);
          },
        }),
        round(context) {
          watch('client.round', context);
          return client.round(context);
        },
        scores(context, outputs) {
          watch('client.scores', context);
          keep('client.scores changed the outputs', outputs);
          return client.scores(context, outputs);
        },
      },
      server: {
        ...server,
        reduce: (hyper: HyperValues<HyperSchema>) => watchedReducer(reducerOf(strategy, hyper)),
        finish(context) {
          watch('server.finish', context);
          return server.finish(context);
        },
      },
    },
    expectUnchanged() {
      for (const { where, value, before } of seen) {
        const difference = differenceOf(before, value);
        if (difference !== undefined) throw new ConformanceError(`${where}: ${difference}`);
      }
    },
  };
}
