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

/** 'after round 12' for the last evaluation of a run that was to go on. */
export function statusWord(status: ReportInput['runs'][number]['status']): string | undefined {
  return status === 'finished' ? undefined : status;
}
