/** A strategy with a seed in a case. Numbers are null where the run diverged. */
export interface RunOutcome {
  readonly seed: number;
  /** Mean accuracy of the last five evaluations. */
  readonly last5: number | null;
  readonly best: number | null;
  /** Mean bytes of an encoded message. */
  readonly bytesUp: number | null;
  readonly bytesDown: number | null;
  /** Accuracy before training and after each round. */
  readonly curve: readonly (number | null)[];
  /** Accuracy of the last five evaluations by the clients' model. */
  readonly byModel: Readonly<Record<string, number>>;
}

export interface StrategyOutcome {
  readonly label: string;
  readonly runs: readonly RunOutcome[];
}

/** A case of a recipe, with what distinguishes it from the others. */
export interface CaseOutcome {
  readonly name: string;
  /** Its data were not there; it has no strategies. */
  readonly skipped: boolean;
  /** Of its data set. */
  readonly dataset: string;
  readonly features: number;
  readonly rounds: number;
  readonly participation: number;
  /** How prototypes travel. */
  readonly prototypes: { readonly precision: string; readonly keep: number };
  /** 0 when it was skipped. */
  readonly clients: number;
  readonly strategies: readonly StrategyOutcome[];
}

/** What a recipe with cases came to. */
export interface Outcome {
  readonly recipe: string;
  readonly seeds: readonly number[];
  readonly cases: readonly CaseOutcome[];
}

/** One number of each run of a strategy. */
export function valuesOf(
  strategy: StrategyOutcome,
  what: 'last5' | 'best' | 'bytesUp' | 'bytesDown',
): readonly (number | null)[] {
  return strategy.runs.map((run) => run[what]);
}

/** The labels of all strategies, in the order of their appearance. */
export function labelsOf({ cases }: Outcome): readonly string[] {
  return [...new Set(cases.flatMap(({ strategies }) => strategies.map(({ label }) => label)))];
}

/** The strategy of a case; undefined where it was not compared or the case was skipped. */
export function strategyOf({ strategies }: CaseOutcome, label: string): StrategyOutcome | undefined {
  return strategies.find((strategy) => strategy.label === label);
}
