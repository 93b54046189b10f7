import { isKernel, type RoundProfile, type RunProfile } from '../profile/round-profiles.ts';
import { textTable } from './text-table.ts';

/** Where the time of a run went: a round without the first, which loads and compiles, and that one beside. */
export function profileText({ backend, workers, rounds }: RunProfile): string {
  const trained = rounds.filter(({ sections }) => sections.some(({ section }) => section === 'optimiser'));
  const others = trained.length > 1 ? trained.slice(1) : trained;
  if (others.length === 0) return 'Nothing was trained, so that there is nothing to profile.';
  const [first] = trained;
  const wall = mean(others, ({ wallMs }) => wallMs);
  const sections = [...new Set(trained.flatMap((round) => round.sections.map(({ section }) => section)))];
  const rows = sections
    .map((section) => ({
      section,
      ms: mean(others, (round) => msOf(round, section)),
      calls: mean(others, (round) => callsOf(round, section)),
      first: msOf(first, section),
      all: rounds.reduce((sum, round) => sum + msOf(round, section), 0),
    }))
    .sort((a, b) => b.ms - a.ms);
  const kernels = rows.filter(({ section }) => isKernel(section));
  const sum = (of: 'ms' | 'first' | 'all'): number => kernels.reduce((total, row) => total + row[of], 0);
  const line = (name: string, row: { ms: number; calls: number; first: number; all: number }): string[] => [
    name,
    row.ms.toFixed(1),
    `${((100 * row.ms) / wall).toFixed(1)} %`,
    row.calls.toFixed(0),
    row.first.toFixed(1),
    (row.all / 1000).toFixed(2),
  ];
  const table = textTable(
    ['section', 'ms a round', 'share', 'calls', 'first ms', 'in all s'],
    [
      line('wall', {
        ms: wall,
        calls: 1,
        first: first.wallMs,
        all: rounds.reduce((total, { wallMs }) => total + wallMs, 0),
      }),
      line('all kernels', {
        ms: sum('ms'),
        calls: kernels.reduce((total, { calls }) => total + calls, 0),
        first: sum('first'),
        all: sum('all'),
      }),
      ...rows.map((row) => line(row.section, row)),
    ],
  );
  const where = workers === 0 ? 'in the main thread' : `${workers} worker${workers === 1 ? '' : 's'}`;
  return `${table}\n\nprofile of ${trained.length} rounds on ${backend}, ${where}; a round: mean without the first\n`;
}

function mean(rounds: readonly RoundProfile[], of: (round: RoundProfile) => number): number {
  return rounds.reduce((sum, round) => sum + of(round), 0) / rounds.length;
}

function msOf({ sections }: RoundProfile, name: string): number {
  return sections.find(({ section }) => section === name)?.ms ?? 0;
}

function callsOf({ sections }: RoundProfile, name: string): number {
  return sections.find(({ section }) => section === name)?.calls ?? 0;
}
