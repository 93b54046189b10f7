import type { ReportInput, ReportRun } from './report-input.ts';

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

/** Runs with different labels: the second 'FedProto' becomes 'FedProto (2)'. */
export function withDistinctLabels(runs: readonly ReportRun[]): readonly ReportRun[] {
  const taken = new Set<string>();
  return runs.map((run) => {
    let label = run.label;
    for (let number = 2; taken.has(label); number++) label = `${run.label} (${number})`;
    taken.add(label);
    return label === run.label ? run : { ...run, label };
  });
}
