import type { SomeFigures } from './figures.ts';
import type { Limit } from './limits.ts';

/** One line of the table. */
export interface Row extends SomeFigures {
  /** Number in the table of goals. */
  readonly goal: number;
  readonly name: string;
  /** What computed: 'javascript', 'wasm-relaxed', 'torch 2.13.0+cpu'. */
  readonly on: string;
  readonly note: string;
  readonly aim: string;
  /** `null` where there is no aim: what stands there for comparison. */
  readonly met: boolean | null;
}

/** A line whose figures are held against their limits. */
export function rowOf(
  { goal, name, note = '' }: { readonly goal: number; readonly name: string; readonly note?: string },
  { on, ...figures }: SomeFigures & { readonly on: string },
  limits: readonly Limit[],
): Row {
  return {
    goal,
    name,
    on,
    ...figures,
    note,
    aim: limits.map(({ text }) => text).join(', '),
    met: limits.length === 0 ? null : limits.every(({ holds }) => holds(figures)),
  };
}
