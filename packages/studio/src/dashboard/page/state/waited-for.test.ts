import type { LiveDevice } from '@protonorm/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { waitedFor } from './waited-for.ts';

const device: fc.Arbitrary<LiveDevice> = fc.record({
  clientId: fc.string(),
  connected: fc.boolean(),
  lastSeenAt: fc.constant(null),
  round: fc.constant(0),
  bytesUp: fc.constant(0),
  bytesDown: fc.constant(0),
  status: fc.constantFrom('idle', 'working', 'answered', 'failed'),
  since: fc.option(fc.nat(10_000)),
});

it('is who works, the longest first, never for less than no time; stragglers when most have answered', () => {
  fc.assert(
    fc.property(fc.array(device), fc.nat(10_000), (devices, now) => {
      const waiting = waitedFor(devices, now);
      const working = devices.filter(({ status }) => status === 'working');
      expect(waiting.map(({ clientId }) => clientId).sort()).toEqual(
        working.map(({ clientId }) => clientId).sort(),
      );
      const seconds = waiting.map(({ seconds }) => seconds ?? -1);
      expect(seconds).toEqual(seconds.toSorted((a, b) => b - a));
      expect(seconds.every((value) => value === -1 || value >= 0)).toBe(true);
      const done = devices.filter(({ status }) => status === 'answered' || status === 'failed').length;
      expect(waiting.every(({ straggler }) => straggler === done > working.length)).toBe(true);
    }),
  );
});
