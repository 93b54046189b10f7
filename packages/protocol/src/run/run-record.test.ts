import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarise, type EvaluationRecord, type RoundRecord } from './run-record.ts';

function evaluations(accuracies: readonly (number | null)[]): EvaluationRecord[] {
  return accuracies.map((accuracy, round) => ({
    round,
    accuracy,
    accuracyByLogits: accuracy === null ? null : accuracy / 2,
    perClient: {},
  }));
}

const round: RoundRecord = {
  round: 0,
  selected: ['a', 'b', 'c', 'd'],
  contributed: ['a', 'b'],
  failed: {},
  reached: 4,
  bytesDown: 400,
  bytesUp: 100,
  metrics: {},
  serverMetrics: {},
};

describe('summarise', () => {
  it('has nothing to say of nothing', () => {
    expect(summarise({ evaluations: [], rounds: [] })).toEqual({
      best: null,
      bestRound: null,
      last5: null,
      final: null,
      bestByLogits: null,
      last5ByLogits: null,
      bytesDownPerClientRound: 0,
      bytesUpPerClientRound: 0,
    });
  });

  it('takes the first of the best rounds, the last, and the mean of the last five', () => {
    const summary = summarise({ evaluations: evaluations([0, 0.5, 1, 1, 0.5, 0.25, 0.25]), rounds: [] });
    expect(summary).toMatchObject({ best: 1, bestRound: 2, final: 0.25, last5: 0.6 });
    expect(summary).toMatchObject({ bestByLogits: 0.5, last5ByLogits: 0.3 });
  });

  it('leaves out rounds without test samples, but keeps their numbers', () => {
    const summary = summarise({ evaluations: evaluations([null, 0.5, null, 0.75, null]), rounds: [] });
    expect(summary).toMatchObject({ best: 0.75, bestRound: 3, final: 0.75, last5: 0.625 });
    expect(summarise({ evaluations: evaluations([null, null]), rounds: [] }).best).toBeNull();
  });

  it('knows an accuracy of 0 from none', () => {
    const summary = summarise({ evaluations: evaluations([null, 0]), rounds: [] });
    expect(summary).toMatchObject({ best: 0, bestRound: 1, final: 0, last5: 0 });
  });

  it('divides bytes by the messages that were delivered', () => {
    const rounds = [
      round,
      { ...round, round: 1, selected: ['a'], contributed: ['a'], reached: 4, bytesUp: 50 },
    ];
    expect(summarise({ evaluations: [], rounds })).toMatchObject({
      bytesDownPerClientRound: 100,
      bytesUpPerClientRound: 50,
    });
    const { reached: _, ...older } = round;
    expect(summarise({ evaluations: [], rounds: [older] }).bytesDownPerClientRound).toBe(100);
  });

  it('is fair to strategies that send nothing', () => {
    const silent = { ...round, contributed: [], bytesUp: 0, bytesDown: 0 };
    expect(summarise({ evaluations: [], rounds: [silent] })).toMatchObject({
      bytesDownPerClientRound: 0,
      bytesUpPerClientRound: 0,
    });
  });

  it('keeps its order: final <= best, last5 <= best, for any history, also a long one', () => {
    const accuracy = fc.option(fc.integer({ min: 0, max: 64 }).map((n) => n / 64));
    fc.assert(
      fc.property(fc.array(accuracy, { maxLength: 20 }), (accuracies) => {
        const { best, bestRound, final, last5 } = summarise({
          evaluations: evaluations(accuracies),
          rounds: [],
        });
        const known = accuracies.filter((value) => value !== null);
        expect(best === null).toBe(known.length === 0);
        if (best === null) return;
        expect(accuracies[bestRound!]).toBe(best);
        expect(accuracies.indexOf(best)).toBe(bestRound);
        expect(final!).toBeLessThanOrEqual(best);
        expect(last5!).toBeLessThanOrEqual(best);
      }),
      { seed: 3 },
    );
    const long = evaluations(Array.from({ length: 200_000 }, (_, i) => i / 200_000));
    expect(summarise({ evaluations: long, rounds: [] }).bestRound).toBe(199_999);
  });
});
