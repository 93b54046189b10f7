/** What the round engine asks of a client. */
export interface ClientTask {
  /** `id@version` of the strategy; a client that runs another one refuses. */
  readonly strategy: string;
  /** Round, from 0; the evaluation after the last round has the number of rounds. */
  readonly round: number;
  /** The encoded download; null = there is none yet. */
  readonly down: Uint8Array | null;
  /** Evaluate the model with this download, before training. */
  readonly evaluate: boolean;
  /** Train and answer with an upload. */
  readonly train: boolean;
}

/** Counts of an evaluation on a client's own test samples. */
export interface EvaluationCounts {
  readonly samples: number;
  /** By the strategy's own rule; 0 while it cannot predict yet. */
  readonly correct: number;
  /** By the largest logit of the client's head, reported beside. */
  readonly correctByLogits: number;
}

/** What a client answers. */
export interface ClientReply {
  readonly clientId: string;
  readonly round: number;
  /** Present when the task asked for it and the client has test samples. */
  readonly evaluation?: EvaluationCounts;
  /** The encoded upload; null = nothing to contribute. */
  readonly up: Uint8Array | null;
  /** Numbers of the client's round, such as `loss`. */
  readonly metrics: Readonly<Record<string, number>>;
}
