import type { ReportInput } from './report-input.ts';

/** The name of a class, or its number. */
export function className(input: ReportInput, label: number): string {
  return input.dataset.classNames?.[label] ?? String(label);
}

/** How many classes the report knows of: by partition, names and tables. */
export function classCount(input: ReportInput): number {
  return Math.max(
    input.dataset.classNames?.length ?? 0,
    ...(input.partition?.classCounts ?? []).map((counts) => counts.length),
  );
}

/** Ids for the ticks of an axis: 'client-0', 'client-1' become 0 and 1 when all differ by a number alone. */
export function shortIds(ids: readonly string[]): readonly string[] {
  const parts = ids.map((id) => /^(.*?)(\d+)$/.exec(id));
  const prefix = parts[0]?.[1];
  return parts.every((part) => part !== null && part[1] === prefix) ? parts.map((part) => part![2]) : ids;
}
