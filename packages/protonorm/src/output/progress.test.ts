import type { RunEvent } from '@protonorm/protocol';
import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.ts';

const record = {
  selected: [],
  contributed: [],
  failed: {},
  bytesDown: 0,
  bytesUp: 0,
  metrics: {},
  serverMetrics: {},
  prototypes: {},
};

/** What three rounds write that warn of these codes. */
function written(isTTY: boolean, codes: readonly (readonly string[])[]): string {
  let text = '';
  const output = { isTTY, write: (more: string) => (text += more) };
  const progress = createProgress(output, { label: 'fedx', rounds: codes.length, clients: 1 });
  codes.forEach((own, round) => {
    const warnings = own.map((code) => ({ code, message: `Seen in ${round}; do this.` }));
    const events: RunEvent[] = [
      { type: 'round-started', round, selected: ['a'] },
      { type: 'client-finished', round, clientId: 'a', trained: true, bytesUp: 1 },
      { type: 'evaluated', round, accuracy: 0.5, accuracyByLogits: 0.5, perClient: {} },
      { type: 'round-finished', ...record, round, ...(own.length > 0 && { warnings }) },
    ];
    for (const event of events) progress.onEvent(event);
  });
  progress.done();
  return text;
}

describe('the progress of a run', () => {
  it('tells each code once, when it comes first, with cause and remedy', () => {
    expect(written(false, [[], ['jump'], ['jump', 'overlap'], ['jump', 'overlap']]).split('\n')).toEqual([
      'fedx  round 0/4  accuracy 0.500',
      'fedx  round 1/4  accuracy 0.500',
      'fedx: warning (jump) in round 2: Seen in 1; do this.',
      'fedx  round 2/4  accuracy 0.500',
      'fedx: warning (overlap) in round 3: Seen in 2; do this.',
      'fedx  round 3/4  accuracy 0.500',
      '',
    ]);
  });

  it('on a terminal puts a warning where the changing line was, and goes on below', () => {
    const text = written(true, [['jump'], ['jump']]);
    expect(text.split('warning')).toHaveLength(2);
    expect(text).toContain(
      '\r\x1b[2Kfedx: warning (jump) in round 1: Seen in 0; do this.\n\r\x1b[2Kfedx  round 1/2',
    );
    expect(text.endsWith('\r\x1b[2K')).toBe(true);
  });

  it('has no warning where there is none', () => {
    expect(written(false, [[], []])).not.toContain('warning');
  });
});
