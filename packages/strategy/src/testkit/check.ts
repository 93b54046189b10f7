import type { Backend } from '@protonorm/tensor';
import { ConformanceError } from '@protonorm/tensor/testkit';
import type { HyperSchema, HyperValues } from '../hyper/hyperparameter.ts';
import type { AnyStrategy } from '../strategy/strategy.ts';
import type { PlainFederationOptions, PlainRun } from './runner/plain-federation.ts';
import type { ToyFederation } from './runner/toy-federation.ts';

/** Settings of a run that differ from those of the toy federation. */
type RunSettings = Partial<PlainFederationOptions> & {
  /** New names of the classes. */
  readonly relabel?: readonly number[];
};

/** What a check works with. */
export interface CheckContext {
  readonly strategy: AnyStrategy;
  readonly hyper: HyperValues<HyperSchema>;
  /** A fresh backend; the kit disposes of it. */
  readonly backend: Backend;
  toy(options?: { readonly relabel?: readonly number[] }): ToyFederation;
  /** The run without any settings, made once for all checks. */
  baseline(): Promise<PlainRun>;
  /** Runs the strategy on the toy federation, always from the same seed. */
  run(settings?: RunSettings): Promise<PlainRun>;
}

/** One thing that every strategy must do. */
export interface StrategyCheck {
  /** 'group/what', unique. */
  readonly name: string;
  /** Why there is nothing to check for a strategy; undefined = there is. */
  inapplicable?(strategy: AnyStrategy): string | undefined;
  /** Throws a ConformanceError (or what the strategy throws) when it is not done. */
  run(context: CheckContext): Promise<void>;
}

/** @throws ConformanceError unless the condition holds */
export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new ConformanceError(otherwise);
}

/** @throws ConformanceError with the path where two values differ */
export function expectSame(difference: string | undefined, when: string): void {
  if (difference !== undefined) throw new ConformanceError(`${when}: ${difference}`);
}

/** For checks in which some clients stay away. */
export function needsEveryone({ capabilities }: AnyStrategy): string | undefined {
  return capabilities.needsAllClients ? 'it states needsAllClients' : undefined;
}

/** For checks of what clients send. */
export function sendsNothing({ up }: AnyStrategy): string | undefined {
  return Object.keys(up as object).length === 0 ? 'its clients send nothing' : undefined;
}
