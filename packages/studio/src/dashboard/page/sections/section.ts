import type { Measurements } from '../measure/measure-client.ts';
import type { DashboardState } from '../state/dashboard-state.ts';

/** All that sections show. */
export interface Shown {
  readonly state: DashboardState;
  readonly measurements: Measurements;
  /** The server's clock, milliseconds since 1970. */
  readonly now: number;
}

/** A part of the page that is kept up to date. */
export interface Section {
  readonly element: HTMLElement;
  update(shown: Shown): void;
}

/** The name of a class, or its number. */
export function classLabel({ classNames }: Pick<DashboardState, 'classNames'>, label: number): string {
  return classNames[label] ?? String(label);
}
