/** Every figure that a row may have, in the order of the table. */
export interface Figures {
  /** Most over the inputs. */
  readonly passes: number;
  /** Processor time between two passes, median. */
  readonly passCpuMs: number;
  /** Wall time of a call, median. */
  readonly ms: number;
  /** Processor time of a call, all threads, median. */
  readonly cpuMs: number;
  /** Peak memory beside the input. */
  readonly extraMB: number;
  /** Worst over the inputs, like all that follow. */
  readonly maxCosine: number;
  readonly bound: number;
  readonly movement: number;
  readonly identity: number;
}

/** Figures without a column of their own: they stand in the last one with their name. */
export interface OtherFigures {
  /** Of any cosine from -1/(C - 1). */
  readonly simplexError: number;
  /** Of any norm from 1. */
  readonly normError: number;
  readonly logEnergy: number;
  /** Largest cosine less its bound: never below 0, but for rounding. */
  readonly leastGap: number;
  /** By that of the released iteration when it makes 2,000 passes. */
  readonly movementRatio: number;
  /** Largest difference of an entry from what it is compared with. */
  readonly difference: number;
  readonly relativeForceDifference: number;
  /** Of what must hold, how many do not. */
  readonly failures: number;
  /** Starts that ended at the known optimum. */
  readonly hits: number;
  /** Root mean square of the tangential forces of the logarithmic energy by (C - 1)/2. */
  readonly tangentialForce: number;
  /** Runs in which the scale was warned of. */
  readonly warned: number;
  /** Rounds with targets until each of the runs was warned, the warning one included: most of them. */
  readonly roundsToWarning: number;
}

/** The figures that a measurement has. */
export type SomeFigures = Partial<Figures & OtherFigures>;

/** How the columns are headed. */
export const columns: Readonly<Record<keyof Figures, string>> = {
  passes: 'passes',
  passCpuMs: 'cpu ms/pass',
  ms: 'ms',
  cpuMs: 'cpu ms',
  extraMB: 'MB',
  maxCosine: 'max cos',
  bound: 'bound',
  movement: 'movement',
  identity: 'identity',
};

/** What the others are called. */
export const otherNames: Readonly<Record<keyof OtherFigures, string>> = {
  simplexError: 'error of a cosine',
  normError: 'error of a norm',
  logEnergy: 'log energy',
  leastGap: 'gap to the bound',
  movementRatio: 'movement by the released',
  difference: 'difference',
  relativeForceDifference: 'relative difference of the force',
  failures: 'failures',
  hits: 'starts at the optimum',
  tangentialForce: 'tangential force',
  warned: 'runs warned',
  roundsToWarning: 'rounds to the warning',
};

/** Digits that a person wants to see: of a cosine four places, of a time three significant ones. */
export function written(name: keyof SomeFigures, value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  if (name === 'logEnergy') return value.toFixed(4);
  if (Math.abs(value) < 5e-5) return value.toExponential(0);
  if (name in otherNames || ['maxCosine', 'bound', 'movement', 'identity'].includes(name))
    return value.toFixed(4);
  return Number(value.toPrecision(3)).toLocaleString('en');
}
