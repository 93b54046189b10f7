import { parseHTML } from 'linkedom/worker';
import type { RoundRecord } from '@protonorm/protocol';
import { describe, expect, it } from 'vitest';
import { sampleInput } from '../test-data/sample-input.ts';
import type { ReportInput } from './report-input.ts';
import { renderReport } from './render-report.ts';

const small = sampleInput({ rounds: 4, dim: 8, clients: 3 });

/** The sample, whose last run warns: of what, by round. */
function warned(of: (round: number) => RoundRecord['warnings']): ReportInput {
  return {
    ...small,
    runs: small.runs.map((run, i) => {
      const rounds = run.history.rounds.map((record) => {
        const warnings = of(record.round);
        return warnings === undefined ? record : { ...record, warnings };
      });
      return i < small.runs.length - 1 ? run : { ...run, history: { ...run.history, rounds } };
    }),
  };
}
const documentOf = (input: ReportInput): Document =>
  parseHTML(renderReport(input)).document as unknown as Document;
const sections = (document: Document): string[] =>
  Array.from(document.querySelectorAll('main > section'), ({ id }) => id);

describe('the warnings of a report', () => {
  it('stand behind the results, by strategy and code: first and last round, how often, cause and remedy', () => {
    const document = documentOf(
      warned((round) => [
        ...(round > 0 ? [{ code: 'overlap', message: `Seen in ${round}: raise the passes.` }] : []),
        ...(round === 1 ? [{ code: 'overshoot', message: 'Far: lower the scale.' }] : []),
      ]),
    );
    expect(sections(document).slice(0, 3)).toEqual(['results', 'warnings', 'accuracy']);
    expect(document.querySelector('nav a[href="#warnings"]')!.textContent).toBe('Warnings');
    const rows = Array.from(document.querySelectorAll('#warnings tbody tr'), (row) =>
      Array.from(row.children, (cell) => cell.textContent.trim()),
    );
    const label = small.runs.at(-1)!.label;
    expect(rows).toEqual([
      [label, 'overlap', '2', '4', '3 of 4', 'Seen in 1: raise the passes.'],
      [label, 'overshoot', '2', '2', '1 of 4', 'Far: lower the scale.'],
    ]);
    expect(document.querySelector('#warnings .note')!.textContent).toContain('4 other runs had no warning.');
  });

  it('are not there without any, nor is their heading', () => {
    const document = documentOf(warned(() => undefined));
    expect(sections(document)).not.toContain('warnings');
    expect(document.querySelector('a[href="#warnings"]')).toBeNull();
    expect(renderReport(warned(() => []))).toBe(renderReport(small));
  });

  it('are there for a run that diverged after them', () => {
    const input = warned((round) =>
      round === 3 ? [{ code: 'jump', message: 'Lower the scale.' }] : undefined,
    );
    const runs = input.runs.map((run, i) =>
      i === input.runs.length - 1 ? { ...run, status: 'diverged' as const } : run,
    );
    expect(documentOf({ ...input, runs }).querySelector('#warnings td code')!.textContent).toBe('jump');
  });

  it('stay text', () => {
    const evil = `"><script>alert('x')</script>`;
    const page = renderReport(warned(() => [{ code: evil, message: evil }]));
    expect(page).not.toContain('<script>alert');
    expect(
      (parseHTML(page).document as unknown as Document).querySelector('#warnings td code')!.textContent,
    ).toBe(evil);
  });
});
