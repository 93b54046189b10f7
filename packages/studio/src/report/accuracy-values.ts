import type { EvaluationRecord } from '@protonorm/protocol';
import { isNumber } from '../format/format.ts';
import { roundStep } from '../chart/axis-ticks.ts';
import type { ReportRun } from './report-input.ts';

/** By which answer a model is judged. */
export type Rule = 'rule' | 'logits';

/** Accuracy of an evaluation in 0..1, or null. */
export function accuracyOf(record: EvaluationRecord, rule: Rule): number | null {
  const value = rule === 'rule' ? record.accuracy : record.accuracyByLogits;
  return isNumber(value) ? value : null;
}

/** Accuracy of one client in an evaluation; null when it has no test samples or did not answer. */
export function clientAccuracy(record: EvaluationRecord, clientId: string): number | null {
  const counts = Object.hasOwn(record.perClient, clientId) ? record.perClient[clientId] : undefined;
  return counts !== undefined && counts.samples > 0 ? counts.correct / counts.samples : null;
}

/** The last evaluation that has an accuracy. */
export function lastEvaluation(run: ReportRun): EvaluationRecord | undefined {
  return run.history.evaluations.findLast((record) => accuracyOf(record, 'rule') !== null);
}

/** Test samples of all clients in the last evaluation. */
export function testSamples(run: ReportRun): number {
  const last = lastEvaluation(run);
  return last === undefined
    ? 0
    : Object.values(last.perClient).reduce((sum, { samples }) => sum + samples, 0);
}

/** Whether any run has an accuracy at all. */
export function hasAccuracy(runs: readonly ReportRun[]): boolean {
  return runs.some((run) => lastEvaluation(run) !== undefined);
}

/**
 * A range of accuracies that shows how curves differ once they have risen: from below the lowest value after the first
 * quarter of the rounds to the highest of all. Accuracies before may lie below it.
 */
export function accuracyDomain(curves: readonly (readonly (number | null)[])[]): readonly [number, number] {
  const numbers = curves.map((curve) => curve.filter(isNumber));
  const settled = numbers.flatMap((curve) => curve.slice(Math.ceil(curve.length / 4)));
  const values = numbers.flat();
  if (values.length === 0) return [0, 1];
  const least = (settled.length > 0 ? settled : values).reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const step = roundStep(Math.max(0.05, (most - least) / 5));
  const low = Math.max(0, Math.floor(least / step + 1e-9) * step);
  const high = Math.min(1, Math.ceil(most / step - 1e-9) * step);
  return high - low < step / 2 ? [Math.max(0, low - step), Math.min(1, low + step)] : [low, high];
}
