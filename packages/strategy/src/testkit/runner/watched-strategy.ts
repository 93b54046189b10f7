import { ConformanceError } from '@protonorm/tensor/testkit';
import type { HyperSchema, HyperValues } from '../../hyper/hyperparameter.ts';
import { reducerOf } from '../../reduce/reducer-of.ts';
import type { Accumulator, Reducer } from '../../reduce/reducer.ts';
import type { AnyStrategy } from '../../strategy/strategy.ts';
import { copyOf, differenceOf } from './difference.ts';

/** The members of a context that are data, not tools. */
const DATA: ReadonlySet<string> = new Set(['hyper', 'down', 'state', 'reduced', 'federation', 'local']);

/**
 * The same strategy, with a copy kept of all that its functions are given, and a way to ask whether they changed it: at
 * once, or later through an array that they kept.
 */
export function watched(strategy: AnyStrategy): {
  readonly strategy: AnyStrategy;
  /** @throws ConformanceError for what was changed behind the calls that were given it */
  expectUnchanged(): void;
} {
  const seen: Sight[] = [];
  const look = (name: string, values: Readonly<Record<string, unknown>>): Sight[] => {
    const sights = Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [{ where: `${name} changed its ${key}`, value, before: copyOf(value) }],
    );
    seen.push(...sights);
    return sights;
  };
  /** Calls a function and compares at once, so that the error names the culprit. */
  const call = <T>(name: string, values: Readonly<Record<string, unknown>>, body: () => T): T => {
    const sights = look(name, values);
    const result = body();
    if (!(result instanceof Promise)) {
      expectAsBefore(sights);
      return result;
    }
    return result.then((value: unknown) => {
      expectAsBefore(sights);
      return value;
    }) as T;
  };
  const { client, server } = strategy;
  const watchedReducer = (reducer: Reducer<unknown, unknown>): Reducer<unknown, unknown> => ({
    ...reducer,
    start() {
      const inner = reducer.start();
      const outer: Accumulator<unknown, unknown> = {
        add: (upload, from) => call('server.reduce', { upload }, () => inner.add(upload, from)),
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
          receive: (context: Parameters<typeof client.round>[0]) =>
            call('client.receive', dataOf(context), () => client.receive!(context)),
        }),
        round: (context) => call('client.round', dataOf(context), () => client.round(context)),
        scores: (context, outputs) =>
          call('client.scores', { ...dataOf(context), outputs }, () => client.scores(context, outputs)),
      },
      server: {
        ...server,
        reduce: (hyper: HyperValues<HyperSchema>) => watchedReducer(reducerOf(strategy, hyper)),
        finish: (context) => call('server.finish', dataOf(context), () => server.finish(context)),
      },
    },
    expectUnchanged() {
      try {
        expectAsBefore(seen);
      } catch (error) {
        throw new ConformanceError(
          `Behind the call, through an array that was kept: ${(error as Error).message}`,
        );
      }
    },
  };
}

/** A value that a function was given, and what it was then. */
interface Sight {
  readonly where: string;
  readonly value: unknown;
  readonly before: unknown;
}

function expectAsBefore(sights: readonly Sight[]): void {
  for (const { where, value, before } of sights) {
    const difference = differenceOf(before, value);
    if (difference !== undefined) throw new ConformanceError(`${where}: ${difference}`);
  }
}

function dataOf(context: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(context).filter(([key]) => DATA.has(key)));
}
