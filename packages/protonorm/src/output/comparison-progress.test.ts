import { expect, it } from 'vitest';
import { createComparisonProgress, duration } from './comparison-progress.ts';

const run = (name: string, label: string, samples: number) => ({ case: name, label, seed: 1, samples });

it('guesses by the samples at first, then by the runs of the same case', () => {
  let time = 0;
  const progress = createComparisonProgress(
    [run('a', 'local', 100), run('a', 'fedproto', 100), run('b', 'local', 400), run('b', 'fedproto', 400)],
    { now: () => time },
  );
  expect(progress.line()).toBe('run 1 of 4: a, local, seed 1');
  time = 10_000;
  progress.ended(10);
  // 10 s for 100 samples: 10 + 40 + 40.
  expect(progress.line()).toBe('run 2 of 4: a, fedproto, seed 1; 10 s so far, about 1 min 30 s to go');
  time = 20_000;
  progress.ended(10);
  time = 120_000;
  expect(progress.line()).toBe('run 3 of 4: b, local, seed 1; 2 min 0 s so far, about 1 min 20 s to go');
  time = 140_000;
  progress.ended(20);
  expect(progress.line()).toBe('run 4 of 4: b, fedproto, seed 1; 2 min 20 s so far, about 20 s to go');
});

it('does not guess from runs that had ended before', () => {
  const progress = createComparisonProgress([run('a', 'local', 1), run('a', 'fedproto', 1)], {
    now: () => 0,
  });
  progress.ended(undefined);
  expect(progress.line()).toBe('run 2 of 2: a, fedproto, seed 1; 0 s so far');
});

it('says seconds, minutes and hours', () => {
  expect([0.4, 59.4, 59.6, 72, 3600, 7500].map(duration)).toEqual([
    '0 s',
    '59 s',
    '1 min 0 s',
    '1 min 12 s',
    '1 h 0 min',
    '2 h 5 min',
  ]);
});
