import type { RunEvent } from '@protonorm/protocol';
import { KERNEL, Profiler, type SectionTimes } from '@protonorm/simulation';

/** Version of `profile.json`. */
export const PROFILE_FORMAT = 'protonorm-profile-1';

/** A section of a round or of a run. */
interface ProfiledSection {
  readonly section: string;
  /** Its part of the wall time: time of workers is divided by their number, so that all sections together are the wall. */
  readonly ms: number;
  readonly calls: number;
}

/** Where the wall time of a round went. */
export interface RoundProfile {
  readonly round: number;
  readonly wallMs: number;
  /** Until the last client has answered. */
  readonly clientsMs: number;
  /** Of the wall time, in 0..1, what was kernels of the backend. */
  readonly kernelShare: number;
  readonly sections: readonly ProfiledSection[];
}

/** `profile.json`. */
export interface RunProfile {
  readonly format: typeof PROFILE_FORMAT;
  readonly backend: string;
  /** 0 = in the main thread. */
  readonly workers: number;
  /** Rounds that were run by this process; the last one of a run evaluates alone. */
  readonly rounds: readonly RoundProfile[];
}

/**
 * Takes the times of a run apart, round by round: sections of the clients' jobs from the executor, those of the server from
 * its own profiler, the rest by the events between which it lies.
 */
export class RoundProfiles {
  /** Measures what happens at the server, between the last answer and the end of a round. */
  readonly server: Profiler;
  readonly #threads: number;
  readonly #beside: boolean;
  readonly #rounds: RoundProfile[] = [];
  readonly #jobs = new Map<string, { ms: number; calls: number }>();
  #start = 0;
  #answered = 0;

  /** @param options - `workers`: how many clients run at the same time, beside the main thread; 0 = one, in it */
  constructor({ now, workers }: { readonly now: () => number; readonly workers: number }) {
    this.server = new Profiler(now);
    this.#threads = Math.max(1, workers);
    this.#beside = workers > 0;
    this.#start = now();
  }

  get rounds(): readonly RoundProfile[] {
    return this.#rounds;
  }

  /** Adds the times of a client's job. */
  addJob(times: SectionTimes): void {
    for (const [section, { ms, calls }] of Object.entries(times)) {
      const sum = this.#jobs.get(section) ?? { ms: 0, calls: 0 };
      this.#jobs.set(section, { ms: sum.ms + ms, calls: sum.calls + calls });
    }
  }

  /** Hears of the run's events, each as it happens. */
  onEvent(event: RunEvent): void {
    const now = this.server.now();
    if (event.type === 'run-started' || event.type === 'run-resumed') this.#start = now;
    if (event.type === 'evaluated') {
      this.#answered = now;
      // Events are written while clients compute, and with workers so is everything else.
      const { 'event file': _, ...times } = this.server.take();
      if (!this.#beside) this.addJob(times);
    }
    if (event.type === 'round-finished') this.#end(event.round, now);
    if (event.type === 'run-finished') this.#end(event.history.rounds.length, now);
  }

  #end(round: number, now: number): void {
    const wallMs = now - this.#start;
    const clientsMs = this.#answered - this.#start;
    const sections: ProfiledSection[] = [];
    let busy = 0;
    for (const [section, { ms, calls }] of this.#jobs) {
      sections.push({ section, ms: ms / this.#threads, calls });
      busy += ms / this.#threads;
    }
    sections.push({ section: 'waiting, messages between threads', ms: clientsMs - busy, calls: 1 });
    let measured = 0;
    for (const [section, { ms, calls }] of Object.entries(this.server.take())) {
      sections.push({ section, ms, calls });
      measured += ms;
    }
    sections.push({ section: 'server', ms: now - this.#answered - measured, calls: 1 });
    sections.sort((a, b) => b.ms - a.ms);
    const kernels = sections.reduce((sum, { section, ms }) => (isKernel(section) ? sum + ms : sum), 0);
    this.#rounds.push({ round, wallMs, clientsMs, kernelShare: wallMs > 0 ? kernels / wallMs : 0, sections });
    this.#jobs.clear();
    this.#start = now;
  }
}

/** Whether a section is a backend's computing: its operations, and the step of the optimiser. */
export function isKernel(section: string): boolean {
  return section.startsWith(KERNEL) || section === 'optimiser';
}
