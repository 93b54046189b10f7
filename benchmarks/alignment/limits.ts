import { columns, otherNames, written, type SomeFigures } from './figures.ts';

/** What a goal asks of one figure. */
export interface Limit {
  readonly text: string;
  readonly holds: (figures: SomeFigures) => boolean;
}

type Name = keyof SomeFigures;

/** The figure may be so large. */
export const atMost = (name: Name, limit: number): Limit => ({
  text: `${nameOf(name)} <= ${limitText(name, limit)}`,
  holds: (figures) => figures[name]! <= limit,
});

/** The figure must be so large. */
export const atLeast = (name: Name, limit: number): Limit => ({
  text: `${nameOf(name)} >= ${limitText(name, limit)}`,
  holds: (figures) => figures[name]! >= limit,
});

/** There may be none of it. */
export const none = (name: Name): Limit => ({
  text: `no ${nameOf(name)}`,
  holds: (figures) => figures[name] === 0,
});

function nameOf(name: Name): string {
  return { ...columns, ...otherNames }[name];
}

function limitText(name: Name, limit: number): string {
  return Math.abs(limit) < 5e-5 && limit !== 0 ? limit.toExponential(0) : written(name, limit);
}
