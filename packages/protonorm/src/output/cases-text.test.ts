import { describe, expect, it } from 'vitest';
import type { ComparedCase } from '../run/cases-comparison.ts';
import { caseVerdict, summaryRows, type StrategyStatistics } from '../run/case-statistics.ts';
import { sampleStatistics } from '../statistics/sample-statistics.ts';
import { casesTable, verdictLine } from './cases-text.ts';

const strategy = (label: string, ...values: number[]): StrategyStatistics => ({
  label,
  values,
  last5: sampleStatistics(values),
});

const compared = (focus: string, ...strategies: StrategyStatistics[]) =>
  ({
    name: 'digits',
    skipped: null,
    strategies,
    verdict: caseVerdict(strategies, focus),
  }) as unknown as ComparedCase;

describe('verdictLine', () => {
  it('says who is ahead of whom, with the standard error of the paired differences', () => {
    const found = compared(
      'mine',
      strategy('local', 0.5, 0.52, 0.54),
      strategy('fedproto', 0.6, 0.62, 0.64),
      strategy('mine', 0.7, 0.73, 0.76),
    );
    // Differences to fedproto 0.10 0.11 0.12, to local 0.20 0.21 0.22: sd 0.01, standard error 0.01 / sqrt(3).
    expect(verdictLine(found)).toBe(
      'digits: mine 0.730 ± 0.017; ahead of fedproto, the best other, 0.620 ± 0.012 (+0.110 ± 0.006); ahead of local 0.520 ± 0.012 (+0.210 ± 0.006); 3 seeds',
    );
  });

  it('is level within two standard errors, and behind where it is', () => {
    const level = compared('mine', strategy('other', 0.5, 0.6), strategy('mine', 0.6, 0.5));
    expect(verdictLine(level)).toContain('; level with other, the best other,');
    const behind = compared('mine', strategy('local', 0.9, 0.9), strategy('mine', 0.5, 0.5));
    expect(verdictLine(behind)).toBe(
      'digits: mine 0.500 ± 0.000; behind local, the best other, 0.900 ± 0.000 (−0.400 ± 0.000); 2 seeds',
    );
  });

  it('has no standard error with one seed, and says so', () => {
    expect(verdictLine(compared('mine', strategy('local', 0.9), strategy('mine', 0.95)))).toBe(
      'digits: mine 0.950; ahead of local, the best other, 0.900 (+0.050); 1 seed, so no standard error',
    );
  });

  it('says what was skipped, and what diverged', () => {
    const skipped = { ...compared('mine'), skipped: 'No files.', verdict: null } as ComparedCase;
    expect(verdictLine(skipped)).toBe('digits: skipped. No files.');
    const diverged = compared('mine', strategy('local', 0.9), { label: 'mine', values: [null], last5: null });
    expect(verdictLine(diverged)).toBe(
      'digits: mine has no mean over all seeds, so that nothing can be said',
    );
    expect(verdictLine(compared('mine', strategy('mine', 0.9)))).toContain('no other strategy');
  });
});

describe('casesTable', () => {
  it('has a column for each case, skipped ones too, and the mean over the others', () => {
    const rows = summaryRows([
      { name: 'a', strategies: [strategy('local', 0.5, 0.7), strategy('mine', 0.8, 0.8)] },
      { name: 'b', strategies: [strategy('local', 0.7), strategy('mine', 0.9)] },
    ]);
    const cases = ['a', 'b', 'c'].map((name) => ({ name, skipped: name === 'c' ? 'no files' : null }));
    expect(casesTable(rows, cases).split('\n')).toEqual([
      'strategy              a      b  c        mean over cases',
      '────────────────────────────────────────────────────────',
      'local     0.600 ± 0.100  0.700  skipped            0.650',
      'mine      0.800 ± 0.000  0.900  skipped            0.850',
    ]);
  });
});
