import type { LossComparison } from './compare-losses.ts';
import type { LaneSteps } from './race.ts';

/** The figures of one model on one backend. */
export interface Row {
  readonly model: string;
  readonly backend: string;
  /** Wall time of a step. */
  readonly msMin: number;
  readonly msMedian: number;
  /** Processor time of a step, all threads. */
  readonly cpuMsMin: number;
  /** msMin by that of 'torch'; null when it has not run. */
  readonly ratioToTorch: number | null;
  /** How many were timed. */
  readonly steps: number;
  /** Of the losses of the first three steps from the reference's, relative. */
  readonly lossDifferences: readonly number[];
}

/** The rows of one model. */
export function rowsOf(
  model: string,
  entries: readonly LaneSteps[],
  comparisons: readonly LossComparison[],
): readonly Row[] {
  const least = ({ timed }: LaneSteps): number => Math.min(...timed.map(({ ms }) => ms));
  const torch = entries.find(({ lane }) => lane.name === 'torch');
  return entries.map((entry, i) => ({
    model,
    backend: entry.lane.name,
    msMin: round(least(entry), 3),
    msMedian: round(median(entry.timed.map(({ ms }) => ms)), 3),
    cpuMsMin: round(Math.min(...entry.timed.map(({ cpuMs }) => cpuMs)), 3),
    ratioToTorch: torch === undefined ? null : round(least(entry) / least(torch), 4),
    steps: entry.timed.length,
    lossDifferences: comparisons[i].differences.map((difference) => Number(difference.toPrecision(2))),
  }));
}

/** Geometric mean of the ratios to torch over the models of each backend. */
export function meanRatios(
  rows: readonly Row[],
): readonly { readonly backend: string; readonly ratioToTorch: number; readonly models: number }[] {
  const backends = [...new Set(rows.map(({ backend }) => backend))];
  return backends.flatMap((backend) => {
    const ratios = rows
      .filter((row) => row.backend === backend)
      .map(({ ratioToTorch }) => ratioToTorch)
      .filter((ratio) => ratio !== null);
    if (ratios.length === 0) return [];
    const logarithms = ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0);
    return [{ backend, ratioToTorch: round(Math.exp(logarithms / ratios.length), 3), models: ratios.length }];
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
