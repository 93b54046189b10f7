import type { LivePrototypes } from '@protonorm/protocol';
import type { MeasureAnswer, MeasureRequest } from './run-measures.ts';
import type { TableMeasure } from './table-measure.ts';

/** Rounds of one table. */
export type Measured = readonly TableMeasure[];

/** What is known of the tables of the run that is shown. */
export interface Measurements {
  /** Ascending in rounds; only the last round has its `angles`. */
  readonly byName: ReadonlyMap<string, Measured>;
  readonly problems: MeasureAnswer['problems'];
}

/** More would take memory without being seen; older rounds are dropped first. */
const MOST_ROUNDS = 500;

/** Measures tables in a worker, so that the page stays responsive, and keeps what came back. */
export class MeasureClient {
  readonly #worker: Worker;
  readonly #onChange: () => void;
  #run = 0;
  #asked = -1;
  #byName = new Map<string, TableMeasure[]>();
  #problems: MeasureAnswer['problems'] = [];

  constructor(worker: Worker, onChange: () => void) {
    this.#worker = worker;
    this.#onChange = onChange;
    worker.addEventListener('message', ({ data }: MessageEvent<MeasureAnswer>) => this.#keep(data));
  }

  get measurements(): Measurements {
    return { byName: this.#byName, problems: this.#problems };
  }

  /** Forgets all: another run is shown. */
  reset(): void {
    this.#run++;
    this.#asked = -1;
    this.#byName = new Map();
    this.#problems = [];
  }

  /** Measures the tables of a round, once. */
  measure(prototypes: LivePrototypes | null): void {
    if (prototypes === null || prototypes.round <= this.#asked) return;
    this.#asked = prototypes.round;
    this.#worker.postMessage({ run: this.#run, ...prototypes } satisfies MeasureRequest);
  }

  #keep({ run, measures, problems }: MeasureAnswer): void {
    if (run !== this.#run) return;
    this.#problems = problems;
    for (const measure of measures) {
      const before = this.#byName.get(measure.name) ?? [];
      const slim = before.map((old) => (old.angles === null ? old : { ...old, angles: null }));
      this.#byName.set(measure.name, [...slim, measure].slice(-MOST_ROUNDS));
    }
    this.#onChange();
  }
}
