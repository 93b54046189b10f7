import { setImmediate } from 'node:timers/promises';
import { createRng, isProtoNormError, type ErrorCode } from '@protonorm/tensor';
import type { FuzzTarget } from './fuzz-target.ts';

/** Findings behind which a run ends: more of them say nothing new. */
const MOST_FINDINGS = 10;
/** Cases between two looks at the clock's limit, memory and signal. */
const CASES_PER_TURN = 64;

/** How a run is bounded, and what it runs on. */
export interface FuzzOptions {
  readonly targets: readonly FuzzTarget[];
  readonly seed: number;
  /** Ends when so many bytes were taken; left out: no limit. */
  readonly bytes?: number;
  /** Ends behind so many seconds; left out: no limit. */
  readonly seconds?: number;
  /** Milliseconds, never going back. */
  readonly now: () => number;
  /** A promise of a target must settle within, in milliseconds. @defaultValue 10,000 */
  readonly settleMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: FuzzReport) => void;
}

/** What a target did. */
interface TargetReport {
  readonly name: string;
  readonly cases: number;
  readonly frames: number;
  readonly bytes: number;
  /** Cases without an error. */
  readonly accepted: number;
  readonly errors: Readonly<Partial<Record<ErrorCode, number>>>;
  /** Longest time of a case in milliseconds, and which it was. */
  readonly slowest: { readonly ms: number; readonly case: number };
}

/** Something came out that must not. */
interface FuzzFinding {
  readonly target: string;
  /** With the seed, enough to draw the frames again. */
  readonly case: number;
  readonly error: string;
  /** The frames as base64. */
  readonly frames: readonly string[];
}

/** What a run did. */
export interface FuzzReport {
  readonly seed: number;
  readonly frames: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly targets: readonly TargetReport[];
  /** Of the process, in bytes, as seen between cases. */
  readonly highestMemory: { readonly rss: number; readonly arrayBuffers: number };
  readonly findings: readonly FuzzFinding[];
  readonly endedBy: 'bytes' | 'seconds' | 'findings' | 'signal' | undefined;
}

interface Tally {
  readonly target: FuzzTarget;
  cases: number;
  frames: number;
  bytes: number;
  accepted: number;
  readonly errors: Partial<Record<ErrorCode, number>>;
  slowest: { ms: number; case: number };
}

/**
 * Gives targets frames made up from a seed until a limit is reached, each about as many bytes as the others.
 *
 * Bounded by bytes, seconds or both; equal seeds draw equal cases.
 */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { targets, seed, bytes: most = Infinity, seconds = Infinity, now, signal } = options;
  if (most === Infinity && seconds === Infinity) throw new RangeError('A run needs a limit.');
  const begun = now();
  const root = createRng(seed);
  const findings: FuzzFinding[] = [];
  const tallies = targets.map((target): Tally => ({
    target,
    cases: 0,
    frames: 0,
    bytes: 0,
    accepted: 0,
    errors: {},
    slowest: { ms: 0, case: 0 },
  }));
  const memory = { rss: 0, arrayBuffers: 0 };
  const total = (key: 'frames' | 'bytes'): number => tallies.reduce((sum, tally) => sum + tally[key], 0);
  const report = (endedBy: FuzzReport['endedBy']): FuzzReport => ({
    seed,
    frames: total('frames'),
    bytes: total('bytes'),
    seconds: (now() - begun) / 1000,
    targets: tallies.map(({ target, ...tally }) => ({ name: target.name, ...structuredClone(tally) })),
    highestMemory: { ...memory },
    findings: [...findings],
    endedBy,
  });
  const endedBy = (): FuzzReport['endedBy'] => {
    if (signal?.aborted) return 'signal';
    if (findings.length >= MOST_FINDINGS) return 'findings';
    if (total('bytes') >= most) return 'bytes';
    return now() - begun >= 1000 * seconds ? 'seconds' : undefined;
  };
  for (;;) {
    for (let n = 0; n < CASES_PER_TURN && endedBy() === undefined; n++) {
      const tally = tallies.reduce((least, other) => (other.bytes < least.bytes ? other : least));
      const rng = root.split('fuzz', tally.target.name, tally.cases);
      const frames = tally.target.draw(rng);
      const from = now();
      const outcome = await outcomeOf(tally.target, frames, options.settleMs ?? 10_000);
      const ms = now() - from;
      if (ms > tally.slowest.ms) tally.slowest = { ms, case: tally.cases };
      if (outcome === undefined) tally.accepted++;
      else if (typeof outcome === 'string') tally.errors[outcome] = (tally.errors[outcome] ?? 0) + 1;
      else
        findings.push({
          target: tally.target.name,
          case: tally.cases,
          error: described(outcome.error),
          frames: frames.map((frame) => Buffer.from(frame).toString('base64')),
        });
      tally.cases++;
      tally.frames += frames.length;
      tally.bytes += frames.reduce((sum, { length }) => sum + length, 1); // + 1: a case without bytes counts too
    }
    const { rss, arrayBuffers } = process.memoryUsage();
    memory.rss = Math.max(memory.rss, rss);
    memory.arrayBuffers = Math.max(memory.arrayBuffers, arrayBuffers);
    const ended = endedBy();
    if (ended !== undefined) return report(ended);
    options.onProgress?.(report(undefined));
    await setImmediate(); // so that signals are heard
  }
}

/** Undefined = accepted; a code that the target may answer; or what must not come out. */
async function outcomeOf(
  target: FuzzTarget,
  frames: readonly Uint8Array[],
  settleMs: number,
): Promise<ErrorCode | { readonly error: unknown } | undefined> {
  try {
    const taken = target.take(frames);
    if (taken !== undefined) await settled(taken, settleMs);
    return undefined;
  } catch (error) {
    return isProtoNormError(error) && target.codes.has(error.code) ? error.code : { error };
  }
}

async function settled(promise: Promise<void>, settleMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It did not settle within ${settleMs} ms.`)), settleMs);
  });
  try {
    await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function described(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const cause = error.cause === undefined ? '' : `; because of ${described(error.cause)}`;
  const place = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) ?? '';
  return `${error.name}: ${error.message.slice(0, 500)} ${place.trim()}${cause}`;
}
