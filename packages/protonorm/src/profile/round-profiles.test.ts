import type { RunEvent } from '@protonorm/protocol';
import { describe, expect, it } from 'vitest';
import { profileText } from '../output/profile-text.ts';
import { PROFILE_FORMAT, RoundProfiles } from './round-profiles.ts';

const event = (type: string, round: number): RunEvent => ({ type, round }) as unknown as RunEvent;

/** Two rounds of 100 ms: 60 with the clients, of which each of two workers is busy for 50. */
function measured(): RoundProfiles {
  let time = 0;
  const profiles = new RoundProfiles({ now: () => time, workers: 2 });
  profiles.onEvent(event('run-started', 0));
  for (const round of [0, 1]) {
    const kernels = { 'kernel gemm forward': { ms: 60, calls: 6 }, optimiser: { ms: 20, calls: 2 } };
    profiles.addJob({ ...kernels, training: { ms: 20, calls: 1 } });
    time += 60;
    profiles.onEvent(event('evaluated', round));
    profiles.server.measure('snapshot files', () => (time += 30));
    time += 10;
    profiles.onEvent(event('round-finished', round));
  }
  return profiles;
}

describe('RoundProfiles', () => {
  it('takes a round apart: all sections together are its wall time', () => {
    const { rounds } = measured();
    expect(rounds.map(({ round, wallMs, clientsMs }) => [round, wallMs, clientsMs])).toEqual([
      [0, 100, 60],
      [1, 100, 60],
    ]);
    for (const { sections, wallMs, kernelShare } of rounds) {
      expect(sections.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(wallMs, 9);
      expect(kernelShare).toBeCloseTo(0.4, 12); // 80 ms on two workers
      expect(Object.fromEntries(sections.map(({ section, ms }) => [section, ms]))).toEqual({
        'kernel gemm forward': 30,
        optimiser: 10,
        training: 10,
        'waiting, messages between threads': 10,
        'snapshot files': 30,
        server: 10,
      });
    }
  });

  it('is a table, the largest first', () => {
    const text = profileText({
      format: PROFILE_FORMAT,
      backend: 'some engine',
      workers: 2,
      rounds: measured().rounds,
    });
    const lines = text.split('\n').map((line) => line.trim().split(/\s{2,}/));
    expect(lines[2]).toEqual(['wall', '100.0', '100.0 %', '1', '100.0', '0.20']);
    expect(lines[3]).toEqual(['all kernels', '40.0', '40.0 %', '8', '40.0', '0.08']);
    expect(text).toContain('profile of 2 rounds on some engine, 2 workers');
  });
});
