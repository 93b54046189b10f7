import { describe, expect, it } from 'vitest';
import type { ComparedRun } from '../output/comparison-table.ts';
import { caseVerdict, strategyStatistics, summaryRows } from './case-statistics.ts';

const run = (label: string, seed: number, last5: number | null): ComparedRun =>
  last5 === null
    ? { label, seed, status: 'diverged', warnings: [], rounds: 0 }
    : {
        label,
        seed,
        status: 'finished',
        results: { summary: { last5 } } as NonNullable<ComparedRun['results']>,
        warnings: [],
        rounds: 1,
      };

const runs = (values: Readonly<Record<string, readonly (number | null)[]>>): ComparedRun[] =>
  Object.entries(values).flatMap(([label, list]) => list.map((last5, i) => run(label, i + 1, last5)));

const three = strategyStatistics(
  runs({ local: [0.5, 0.7, 0.6], fedavg: [0.2, 0.2, 0.2], fedproto: [0.6, 0.8, 0.7], mine: [0.7, 0.9, 0.8] }),
);

describe('strategyStatistics', () => {
  it('has mean and standard error of each strategy, in their order', () => {
    expect(three.map(({ label }) => label)).toEqual(['local', 'fedavg', 'fedproto', 'mine']);
    expect(three[0].values).toEqual([0.5, 0.7, 0.6]);
    expect(three[0].last5!.mean).toBeCloseTo(0.6, 12);
    expect(three[0].last5!.standardError).toBeCloseTo(0.1 / Math.sqrt(3), 12);
  });

  it('has no mean where a seed diverged', () => {
    const [found] = strategyStatistics(runs({ local: [0.5, null] }));
    expect(found).toEqual({ label: 'local', values: [0.5, null], last5: null });
  });
});

describe('caseVerdict', () => {
  it('compares with the best other one and with local, paired by seed', () => {
    const { best, local } = caseVerdict(three, 'mine');
    expect(best!.label).toBe('fedproto');
    expect(best!.difference.mean).toBeCloseTo(0.1, 12);
    // The seeds differ by 0.1, the differences do not.
    expect(best!.difference.standardError).toBeCloseTo(0, 12);
    expect(local!.label).toBe('local');
    expect(local!.difference.mean).toBeCloseTo(0.2, 12);
  });

  it('is negative when the focus is behind, and has no local when that is the focus', () => {
    const { best, local } = caseVerdict(three, 'local');
    expect(best!.label).toBe('mine');
    expect(best!.difference.mean).toBeCloseTo(-0.2, 12);
    expect(local).toBeNull();
  });

  it('says nothing of what diverged', () => {
    const some = strategyStatistics(runs({ local: [0.5, 0.6], other: [0.9, null], mine: [0.7, 0.7] }));
    expect(caseVerdict(some, 'mine').best!.label).toBe('local');
    expect(caseVerdict(some, 'other')).toEqual({ focus: 'other', best: null, local: null });
    expect(caseVerdict(some.slice(2), 'mine')).toEqual({ focus: 'mine', best: null, local: null });
  });
});

describe('summaryRows', () => {
  it('counts every case the same, and has no mean where one is missing', () => {
    const rows = summaryRows([
      { name: 'a', strategies: strategyStatistics(runs({ local: [0.5, 0.7], mine: [0.8, null] })) },
      { name: 'b', strategies: strategyStatistics(runs({ local: [0.9], mine: [0.8] })) },
    ]);
    expect(rows.map(({ label }) => label)).toEqual(['local', 'mine']);
    expect(rows[0].mean).toBeCloseTo(0.75, 12);
    expect(rows[0].cases.a!.n).toBe(2);
    expect(rows[1]).toMatchObject({ cases: { a: null, b: { mean: 0.8 } }, mean: null });
  });

  it('is empty before a case has ended', () => {
    expect(summaryRows([])).toEqual([]);
  });
});
