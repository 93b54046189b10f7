/** A run of a comparison that is to come. */
export interface PlannedRun {
  readonly case: string;
  readonly label: string;
  readonly seed: number;
  /** Training samples that it goes through in all rounds: what its time is guessed from until one of its case has ended. */
  readonly samples: number;
}

/** Says before each run of a comparison which it is, how long it has taken so far, and about how long it will go on. */
export function createComparisonProgress(
  planned: readonly PlannedRun[],
  options: { readonly now: () => number },
) {
  const { now } = options;
  const begun = now();
  /** Seconds of the runs that were run, not taken over. */
  const ended = new Map<PlannedRun, number>();
  let next = 0;

  /** Seconds of a run to come: as those of its case so far, otherwise as many for each sample as all so far. */
  const guess = (run: PlannedRun): number => {
    const all = [...ended];
    const alike = all.filter(([other]) => other.case === run.case);
    const known = alike.length > 0 ? alike : all;
    const seconds = known.reduce((sum, [, value]) => sum + value, 0);
    const samples = known.reduce((sum, [other]) => sum + other.samples, 0);
    return samples === 0 ? 0 : (seconds / samples) * run.samples;
  };

  return {
    /** The line of the next run. */
    line(): string {
      const run = planned[next];
      const gone = (now() - begun) / 1000;
      const left = planned.slice(next).reduce((sum, other) => sum + guess(other), 0);
      const time =
        ended.size === 0
          ? next === 0
            ? ''
            : `; ${duration(gone)} so far`
          : `; ${duration(gone)} so far, about ${duration(left)} to go`;
      return `run ${next + 1} of ${planned.length}: ${run.case}, ${run.label}, seed ${run.seed}${time}`;
    },
    /** The next run has ended; `seconds` is left out for one that had ended before. */
    ended(seconds: number | undefined): void {
      if (seconds !== undefined) ended.set(planned[next], seconds);
      next++;
    },
  };
}

/** Seconds for people: 8 s, 1 min 12 s, 2 h 5 min. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
