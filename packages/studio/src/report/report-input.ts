import type { RunHistory, RunSummary } from '@protonorm/protocol';
import type { Prototypes } from '@protonorm/tensor';

/** Class tables of a round, named by the strategy. */
export interface PrototypeRound {
  /** Rounds of training after which these tables stood, as in an evaluation: 1 = after the first. */
  readonly round: number;
  /** Such as `aggregated` (before alignment) and `prototypes` (what went down to the clients, after it). */
  readonly tables: Readonly<Record<string, Prototypes>>;
}

/** One run, as far as a report shows it. */
export interface ReportRun {
  /** What tables and charts call it; if runs share a label, the later ones get a number behind it. */
  readonly label: string;
  /**
   * Runs of one group are the same but for their seed: they share a colour, and their mean and range are shown.
   * @defaultValue the label: every run by itself
   */
  readonly group?: string;
  /** `id@version`. */
  readonly strategy: string;
  /** What a repetition needs, shown as it is: seed, versions, hashes, hyperparameters. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly history: RunHistory;
  readonly summary: RunSummary;
  /** Ascending in `round`; empty for strategies without prototypes. */
  readonly prototypes: readonly PrototypeRound[];
  readonly status: 'finished' | 'interrupted' | 'diverged';
  /** Wall-clock time of the run in seconds. */
  readonly seconds?: number;
}

/** The data of all runs of a report. */
export interface ReportDataset {
  readonly name: string;
  /** Name of class i at position i; classes without a name are called by their number. */
  readonly classNames?: readonly string[];
  readonly samples: number;
  readonly source?: string;
  readonly licence?: string;
}

/** How the samples were given to the clients. */
export interface ReportPartition {
  /** Such as `dirichlet(0.1)`. */
  readonly kind: string;
  /** Training samples, shape [clients, classes]. */
  readonly classCounts: readonly (readonly number[])[];
  /** Samples, shape [clients]. */
  readonly trainSizes: readonly number[];
  readonly testSizes: readonly number[];
  /** Test accuracy of always answering each client's most frequent training class, in 0..1. */
  readonly majorityBaseline?: number;
}

export interface ReportClient {
  readonly id: string;
  readonly model: string;
  readonly parameters: number;
}

/** Everything a report shows. It is rendered from this alone: the same input gives the same bytes. */
export interface ReportInput {
  readonly title: string;
  /** The command line that repeats the runs. */
  readonly command?: string;
  readonly dataset: ReportDataset;
  readonly partition?: ReportPartition;
  readonly clients: readonly ReportClient[];
  /** At least one. */
  readonly runs: readonly ReportRun[];
  /** Versions, machine, backend: shown as a table. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sentences shown as they are. */
  readonly notes?: readonly string[];
}
