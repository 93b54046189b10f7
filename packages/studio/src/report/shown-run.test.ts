import { describe, expect, it } from 'vitest';
import { seriesLook } from '../chart/palette.ts';
import { sampleInput } from '../test-data/sample-input.ts';
import { groupsOf, shownInput, spreadOf } from './shown-run.ts';

const sample = sampleInput({ rounds: 1, dim: 2, clients: 1 });

function shown(...runs: readonly { readonly label: string; readonly group?: string }[]) {
  return shownInput({ ...sample, runs: runs.map((run) => ({ ...sample.runs[0], ...run })) }).runs;
}

describe('shownInput', () => {
  it('numbers labels that come twice', () => {
    const labels = shown({ label: 'a' }, { label: 'a' }, { label: 'a (2)' }, { label: 'a' }).map(
      ({ label }) => label,
    );
    expect(labels).toEqual(['a', 'a (2)', 'a (2) (2)', 'a (3)']);
  });

  it('gives runs of a group one colour, and no two runs the same look', () => {
    const runs = shown({ label: 'a1', group: 'a' }, { label: 'b1', group: 'b' }, { label: 'a2', group: 'a' });
    const looks = runs.map(({ look }) => seriesLook(look));
    expect(looks[0].colour).toBe(looks[2].colour);
    expect(looks[0].colour).not.toBe(looks[1].colour);
    expect(looks[0].dash).not.toBe(looks[2].dash);
  });

  it('numbers looks through when there are more groups than colours', () => {
    const runs = shown(...Array.from({ length: 9 }, (_, i) => ({ label: String(i) })));
    expect(new Set(runs.map(({ look }) => look)).size).toBe(9);
  });
});

describe('groups', () => {
  it('have a mean and a range, unless no run has the number', () => {
    const [group] = groupsOf(shown({ label: 'a1', group: 'a' }, { label: 'a2', group: 'a' }));
    const values = new Map(group.runs.map((run, i) => [run, i + 1]));
    expect(spreadOf(group, (run) => values.get(run)!)).toEqual({ mean: 1.5, min: 1, max: 2, count: 2 });
    expect(spreadOf(group, () => null)).toBeUndefined();
  });
});
