/** What a child process is asked, in this order; `torch_step.py` takes the same. */
export type Request =
  | { readonly command: 'open'; readonly module?: string; readonly argument: unknown }
  | { readonly command: 'load'; readonly folder: string }
  | { readonly command: 'steps'; readonly count: number };

/** One training step. */
export interface Step {
  /** Wall time. */
  readonly ms: number;
  /** Processor time of the whole process in that time, all threads. */
  readonly cpuMs: number;
  /** Before the parameters moved. */
  readonly loss: number;
}

/** What it answers: to 'open' a description, to 'steps' the steps; an error instead of anything. */
export interface Answer {
  readonly description?: string;
  readonly steps?: readonly Step[];
  readonly error?: string;
}
