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
  /**
   * Clients that the download reached: all that answered, also those that were only evaluated. Left out = as many as were
   * selected.
   */
  readonly reached?: number;
  /** Bytes of the encoded messages: downloads that reached a client in this round, uploads that were accepted. */
  readonly bytesDown: number;
  readonly bytesUp: number;
  /** Mean of each number that selected clients reported, over those that reported it. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Numbers of the server's step. */
  readonly serverMetrics: Readonly<Record<string, number>>;
  /** What the strategy warns of, with the way out; left out = nothing. */
  readonly warnings?: readonly { readonly code: string; readonly message: string }[];
}

/** Everything that a run recorded so far; grows by a record a round and holds no clock times. */
export interface RunHistory {
  readonly evaluations: readonly EvaluationRecord[];
  readonly rounds: readonly RoundRecord[];
}

/** Headline numbers of a run. Accuracies are null where there is no evaluation with test samples. */
export interface RunSummary {
  /** Largest accuracy over rounds: chosen on the test split, as the reference reports it. */
  readonly best: number | null;
  /** The first round that has it. */
  readonly bestRound: number | null;
  /** Mean of the last five evaluations, of all where there are fewer. */
  readonly last5: number | null;
  readonly final: number | null;
  readonly bestByLogits: number | null;
  readonly last5ByLogits: number | null;
  /** Mean over all downloads: bytes down divided by the clients reached, over all rounds of training. */
  readonly bytesDownPerClientRound: number;
  /** Mean over all accepted uploads. */
  readonly bytesUpPerClientRound: number;
}

/**
 * Headline numbers of a history, finished or not.
 *
 * @example
 * ```ts
 * import { summarise } from '@protonorm/protocol';
 * const evaluations = [0.5, 0.75, 0.7].map((accuracy, round) => ({
 *   round, accuracy, accuracyByLogits: accuracy, perClient: {},
 * }));
 * const summary = summarise({ evaluations, rounds: [] });
 * [summary.best, summary.bestRound, summary.final]; // => [0.75, 1, 0.7]
 * ```
 */
export function summarise({ evaluations, rounds }: RunHistory): RunSummary {
  const accuracies = evaluations.map(({ accuracy }) => accuracy).filter((value) => value !== null);
  const byLogits = evaluations
    .map(({ accuracyByLogits }) => accuracyByLogits)
    .filter((value) => value !== null);
  const best = largest(accuracies);
  const downloads = sum(rounds.map(({ reached, selected }) => reached ?? selected.length));
  const uploads = sum(rounds.map(({ contributed }) => contributed.length));
  const perMessage = (bytes: number, messages: number): number => (messages === 0 ? 0 : bytes / messages);
  return {
    best,
    bestRound: evaluations.find(({ accuracy }) => best !== null && accuracy === best)?.round ?? null,
    last5: mean(accuracies.slice(-5)),
    final: accuracies.at(-1) ?? null,
    bestByLogits: largest(byLogits),
    last5ByLogits: mean(byLogits.slice(-5)),
    bytesDownPerClientRound: perMessage(sum(rounds.map(({ bytesDown }) => bytesDown)), downloads),
    bytesUpPerClientRound: perMessage(sum(rounds.map(({ bytesUp }) => bytesUp)), uploads),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

function largest(values: readonly number[]): number | null {
  return values.reduce<number | null>((most, value) => (most === null || value > most ? value : most), null);
}
