/** What a child process is to run; then each message is a turn. */
export interface RunRequest {
  readonly models: string;
  readonly workers: number;
  /** Timed rounds of a turn, behind one that is not. */
  readonly rounds: number;
  readonly turns: number;
  readonly backend: string;
  readonly dataFile: string;
  readonly partition?: string;
  /** Empty; for the run. */
  readonly folder: string;
}

/** What a round took: from the end of the one before it to its own, with training, evaluation, alignment and snapshot. */
export interface RoundFigures {
  readonly ms: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
  /** Of the wall time, what was kernels of the backend; 0 where the backend tells nothing of them. */
  readonly kernelShare: number;
}

/** What it answers when it is ready for a turn (without rounds), and at the end of one. */
export interface Turn {
  /** The backend that was chosen. */
  readonly backend: string;
  readonly rounds: readonly RoundFigures[];
}
