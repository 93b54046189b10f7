import { describe, expect, it } from 'vitest';
import { createPassProgress } from './pass-progress.ts';

/** Passes of 20 ms for 30 s. */
function written(isTTY: boolean): string[] {
  const lines: string[] = [];
  let time = 0;
  const progress = createPassProgress({ isTTY, write: (text) => lines.push(text) }, { now: () => time });
  for (let pass = 1; pass <= 1500; pass++) {
    time = pass * 20;
    progress.onPass(pass);
  }
  progress.done();
  return lines;
}

describe('the progress of an alignment', () => {
  it('is a line every ten seconds in a log', () => {
    expect(written(false)).toEqual(['pass 500, 10 s\n', 'pass 1000, 20 s\n', 'pass 1500, 30 s\n']);
  });

  it('is one line on a terminal, changed a few times a second and removed in the end', () => {
    const lines = written(true);
    expect(lines.length).toBeLessThanOrEqual(30 * 4 + 1);
    expect(lines[0]).toBe('\r\x1b[2Kpass 13, 0 s');
    expect(lines.at(-1)).toBe('\r\x1b[2K');
  });

  it('goes on within a long pass', () => {
    const lines: string[] = [];
    let time = 0;
    const progress = createPassProgress({ write: (text) => lines.push(text) }, { now: () => time });
    for (; time <= 25_000; time += 1000) progress.tick();
    expect(lines).toEqual(['aligning, 10 s\n', 'aligning, 20 s\n']);
  });
});
