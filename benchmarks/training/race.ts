import type { Lane } from './contenders.ts';
import type { Step } from './protocol.ts';

/** The steps of one backend on one model. */
export interface LaneSteps {
  readonly lane: Lane;
  /** The first steps from the initial weights: they warm up, and their losses are compared. */
  readonly first: readonly Step[];
  readonly timed: readonly Step[];
}

/** How long a race lasts. */
export interface RaceOptions {
  readonly rounds: number;
  readonly report: (text: string) => void;
  /** Told of a backend that drops out, and why; `broken` when it had begun to train. */
  readonly dropped: (lane: Lane, reason: string, broken: boolean) => void;
}

const firstSteps = 3;
const blockMs = 900;
const maxBlockSteps = 20;
/** No further round begins behind this, but for the first: slow machines still come to an end. */
const raceMs = 60_000;

/**
 * Trains one model on all backends in turns: a block of steps each, round by round, so that a neighbour's load meets all
 * of them. One process works at a time.
 */
export async function race(
  folder: string,
  lanes: readonly Lane[],
  { rounds, report, dropped }: RaceOptions,
): Promise<readonly LaneSteps[]> {
  const begin = performance.now();
  let racing: { lane: Lane; first: readonly Step[]; timed: Step[] }[] = [];
  const steps = async (lane: Lane, count: number): Promise<readonly Step[]> =>
    (await lane.process.ask({ command: 'steps', count })).steps!;
  for (const lane of lanes) {
    let loaded = false;
    try {
      await lane.process.ask({ command: 'load', folder });
      loaded = true;
      racing.push({ lane, first: await steps(lane, firstSteps), timed: [] });
    } catch (error) {
      dropped(lane, (error as Error).message, loaded);
    }
  }
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && performance.now() - begin > raceMs) break;
    for (const entry of racing) {
      const fastest = Math.min(...[...entry.first, ...entry.timed].map(({ ms }) => ms));
      const count = Math.max(1, Math.min(maxBlockSteps, Math.floor(blockMs / fastest)));
      try {
        entry.timed.push(...(await steps(entry.lane, count)));
      } catch (error) {
        racing = racing.filter((other) => other !== entry);
        dropped(entry.lane, (error as Error).message, true);
      }
    }
    report(`round ${round + 1}/${rounds}`);
  }
  return racing;
}
