import type { Row } from './row.ts';

/** One or more lines of the table that are measured together. */
export interface Measurement {
  /** Number in the table of goals. */
  readonly goal: number;
  readonly name: string;
  /** Left out by --quick. */
  readonly long?: boolean;
  /** Needs an interpreter with torch. */
  readonly torch?: boolean;
  /** @throws when a process breaks down */
  measure(run: RunOptions): readonly Row[];
}

/** What the flags and the machine leave open. */
export interface RunOptions {
  readonly quick: boolean;
  /** Python with torch. */
  readonly torchPython: string | undefined;
}
