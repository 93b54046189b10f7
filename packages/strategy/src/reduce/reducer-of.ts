import type { HyperSchema, HyperValues } from '../hyper/hyperparameter.ts';
import type { AnyStrategy } from '../strategy/strategy.ts';
import type { Reducer } from './reducer.ts';

/** The reducer of a strategy for the hyperparameters of a run. */
export function reducerOf(
  strategy: Pick<AnyStrategy, 'server'>,
  hyper: HyperValues<HyperSchema>,
): Reducer<unknown, unknown> {
  const { reduce } = strategy.server;
  return (typeof reduce === 'function' ? reduce(hyper) : reduce) as Reducer<unknown, unknown>;
}
