import fc from 'fast-check';
import { parseHTML } from 'linkedom/worker';
import { summarise, type RunHistory } from '@protonorm/protocol';
import { describe, expect, it } from 'vitest';
import { sampleInput } from '../test-data/sample-input.ts';
import type { ReportInput, ReportRun } from './report-input.ts';
import { shownInput } from './shown-run.ts';
import { rank, verdict } from './verdict.ts';

/** A run whose every evaluation has these counts. */
function runOf(label: string, correct: number, samples = 1000, evaluations = 6): ReportRun {
  const [run] = sampleInput({ rounds: 1, dim: 2 }).runs;
  const history: RunHistory = {
    evaluations: Array.from({ length: evaluations }, (_, round) => ({
      round,
      accuracy: samples === 0 ? null : correct / samples,
      accuracyByLogits: samples === 0 ? null : (correct + 1) / samples,
      perClient: { a: { samples, correct, correctByLogits: correct + 1 } },
    })),
    rounds: [],
  };
  return { ...run, label, history, summary: summarise(history) };
}

function words(runs: readonly ReportRun[], baseline?: number): string {
  const sample = sampleInput({ rounds: 1, dim: 2 });
  const input: ReportInput = {
    ...sample,
    runs,
    partition: { ...sample.partition!, majorityBaseline: baseline },
  };
  const { document } = parseHTML(verdict(shownInput(input)).markup);
  return document.querySelector('.verdict')!.textContent.replaceAll(/\s+/g, ' ').trim();
}

describe('rank', () => {
  it('puts every run with a number in one place, best first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 6 }), (counts) => {
        const runs = counts.map((correct, i) => runOf(String(i), correct));
        const { leader, close, behind } = rank(runs, ({ summary }) => summary.last5)!;
        const places = [leader, ...close.map(({ run }) => run), ...behind.map(({ run }) => run)];
        expect(new Set(places).size).toBe(runs.length);
        expect(leader.summary.last5).toBeCloseTo(Math.max(...counts) / 1000, 12);
        for (const { difference, margin } of close) expect(difference).toBeLessThanOrEqual(margin);
        for (const { difference, margin } of behind) expect(difference).toBeGreaterThanOrEqual(margin);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('has no leader without numbers', () => {
    expect(rank([runOf('a', 0, 0)], ({ summary }) => summary.last5)).toBeUndefined();
  });
});

describe('verdict', () => {
  it('calls a clear winner one', () => {
    const text = words([runOf('FedAvg', 700), runOf('Local', 970)]);
    expect(text).toContain(
      'Local has the highest accuracy by its own rule: 97.0% (mean of the last five evaluations).',
    );
    expect(text).toContain('Clearly behind: FedAvg (−27.0 points).');
    expect(text).not.toContain('Nominally');
  });

  it('does not call a winner what noise could have made', () => {
    const text = words([runOf('ProtoNorm', 966), runOf('Local', 970)]);
    expect(text).toContain('Nominally Local has the highest accuracy');
    expect(text).toContain('With 1,000 test samples it cannot be told apart from ProtoNorm (−0.4 points)');
    expect(text).toContain('One run each');
  });

  it('says who is below the most frequent class, and that others are not', () => {
    expect(words([runOf('A', 600), runOf('B', 900)], 0.739)).toContain('scores 73.9%; A is below that.');
    expect(words([runOf('B', 900)], 0.739)).toContain('every run is above that');
  });

  it('warns of different lengths', () => {
    const long = {
      ...runOf('B', 900),
      history: {
        ...runOf('B', 900).history,
        rounds: sampleInput({ rounds: 2, dim: 2 }).runs[0].history.rounds,
      },
    };
    expect(words([runOf('A', 900), long])).toContain('different numbers of rounds (A: 0 and B: 2)');
  });

  it('does not compare a run with itself', () => {
    const text = words([runOf('Only', 900, 1000, 2)]);
    expect(text).toContain('Only reaches 90.0% (mean of the last evaluations, at most five)');
    expect(text).not.toContain('highest');
  });

  it('says when there is nothing to compare', () => {
    expect(words([runOf('a', 0, 0), runOf('b', 0, 0)])).toBe(
      'No client has test samples: there is no accuracy to compare.',
    );
  });

  it('tells when best rounds would name another winner', () => {
    const lucky = runOf('Lucky', 900);
    const text = words([runOf('Steady', 950), { ...lucky, summary: { ...lucky.summary, best: 0.99 } }]);
    expect(text).toContain('By best round it would be Lucky with 99.0%');
  });

  it('gives means over seeds, and says when ranges overlap', () => {
    const seeds = (group: string, ...counts: readonly number[]): ReportRun[] =>
      counts.map((correct, seed) => ({ ...runOf(`${group}, seed ${seed}`, correct), group }));
    const overlapping = words([...seeds('A', 900, 940), ...seeds('B', 910, 950)]);
    expect(overlapping).toContain(
      'B 93.0% (91.0% to 95.0% in 2 runs) and A 92.0% (90.0% to 94.0% in 2 runs).',
    );
    expect(overlapping).toContain(
      'The range of B overlaps with that of A: these seeds do not settle their order.',
    );
    expect(overlapping).toContain('Of single runs, nominally B, seed 1');
    expect(overlapping).not.toContain('One run each');
    const apart = words([...seeds('A', 700, 710), ...seeds('B', 910, 950)]);
    expect(apart).toContain('Every run of B is above every other run.');
  });
});
