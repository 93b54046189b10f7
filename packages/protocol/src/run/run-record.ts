import type { EvaluationCounts } from '../task/task.ts';

/** Evaluation of all clients at the start of a round (after `round` rounds of training). */
export interface EvaluationRecord {
  readonly round: number;
  /** Sum of correct over sum of samples of all clients, by the strategy's rule; null without samples. */
  readonly accuracy: number | null;
  /** The same by the logits of the clients' own heads. */
  readonly accuracyByLogits: number | null;
  readonly perClient: Readonly<Record<string, EvaluationCounts>>;
}

/** What happened in a round of training. */
export interface RoundRecord {
  readonly round: number;
  readonly selected: readonly string[];
  /** Clients whose upload was accepted. */
  readonly contributed: readonly string[];
  /** Clients that did not answer, with the code of the reason. */
  readonly failed: Readonly<Record<string, string>>;
  /** Bytes of the encoded messages: downloads delivered to clients in this round, uploads accepted. */
  readonly bytesDown: number;
  readonly bytesUp: number;
  /** Mean over contributing and trained clients of each number they reported. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Numbers of the server's step. */
  readonly serverMetrics: Readonly<Record<string, number>>;
}

/** Everything that a run recorded so far; grows by a record a round and holds no clock times. */
export interface RunHistory {
  readonly evaluations: readonly EvaluationRecord[];
  readonly rounds: readonly RoundRecord[];
}

/** Headline numbers of a finished run. */
export interface RunSummary {
  /** Largest accuracy over rounds: chosen on the test split, as the reference reports it. */
  readonly best: number | null;
  readonly bestRound: number | null;
  /** Mean of the last five evaluations. */
  readonly last5: number | null;
  readonly final: number | null;
  readonly bestByLogits: number | null;
  readonly last5ByLogits: number | null;
  /** Means over rounds and delivered messages. */
  readonly bytesDownPerClientRound: number;
  readonly bytesUpPerClientRound: number;
}

/** Headline numbers of a history. */
export function summarise(history: RunHistory): RunSummary {
  const rule = history.evaluations.map((record) => record.accuracy).filter((value) => value !== null);
  const logits = history.evaluations
    .map((record) => record.accuracyByLogits)
    .filter((value) => value !== null);
  const best = rule.length === 0 ? null : Math.max(...rule);
  const delivered = history.rounds.reduce((sum, round) => sum + round.selected.length, 0);
  const contributed = history.rounds.reduce((sum, round) => sum + round.contributed.length, 0);
  const perMessage = (total: number, messages: number): number => (messages === 0 ? 0 : total / messages);
  return {
    best,
    bestRound: best === null ? null : history.evaluations.find((record) => record.accuracy === best)!.round,
    last5: meanOfLast(rule, 5),
    final: rule.at(-1) ?? null,
    bestByLogits: logits.length === 0 ? null : Math.max(...logits),
    last5ByLogits: meanOfLast(logits, 5),
    bytesDownPerClientRound: perMessage(sumOf(history, 'bytesDown'), delivered),
    bytesUpPerClientRound: perMessage(sumOf(history, 'bytesUp'), contributed),
  };
}

function meanOfLast(values: readonly number[], count: number): number | null {
  const last = values.slice(-count);
  return last.length === 0 ? null : last.reduce((sum, value) => sum + value, 0) / last.length;
}

function sumOf(history: RunHistory, key: 'bytesDown' | 'bytesUp'): number {
  return history.rounds.reduce((sum, round) => sum + round[key], 0);
}
