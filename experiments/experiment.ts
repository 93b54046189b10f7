/** Where and how large an experiment is computed. */
export interface Context {
  /** Folder of the runs, which are gone on with when they are there. */
  readonly folder: string;
  /** A tiny version, to see that everything works; its numbers say nothing. */
  readonly quick: boolean;
  /** Goes on without the cases whose data are not there. */
  readonly skipMissing: boolean;
  /** Tells the user what happens. */
  readonly say: (text: string) => void;
}

/** A picture of a result page. */
export interface Picture {
  /** Behind the experiment's name in the name of the file; empty for the first. */
  readonly suffix: string;
  /** For those who do not see it. */
  readonly alt: string;
  readonly svg: string;
}

/** A table of a result page. */
export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A question with the way to its answer. */
export interface Experiment<Data = unknown> {
  /** Of its command, its folder of runs, and its files in docs/results. */
  readonly name: string;
  readonly title: string;
  /** One sentence. */
  readonly question: string;
  /** What must be known to read the numbers: data, models, rounds. */
  readonly setting: string;
  /** All numbers, as plain JSON. */
  compute(context: Context): Promise<Data>;
  /** One or two pictures; equal data give equal bytes. */
  draw(data: Data): readonly Picture[];
  tables(data: Data): readonly Table[];
}
