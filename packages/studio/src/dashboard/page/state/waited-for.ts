import type { LiveDevice } from '@protonorm/protocol';

/** A device that the round waits for. */
export interface WaitedFor {
  readonly clientId: string;
  /** Null where the server does not know since when. */
  readonly seconds: number | null;
  /** The others have answered: it alone, or with few, holds the round up. */
  readonly straggler: boolean;
  readonly connected: boolean;
}

/**
 * Who is waited for, the longest first.
 *
 * @param now - the server's clock, milliseconds since 1970
 */
export function waitedFor(devices: readonly LiveDevice[], now: number): readonly WaitedFor[] {
  const working = devices.filter(({ status }) => status === 'working');
  const done = devices.filter(({ status }) => status === 'answered' || status === 'failed').length;
  return working
    .map(({ clientId, since, connected }) => ({
      clientId,
      connected,
      seconds: since === null ? null : Math.max(0, (now - since) / 1000),
      straggler: done > working.length,
    }))
    .sort((a, b) => (b.seconds ?? -1) - (a.seconds ?? -1) || (a.clientId < b.clientId ? -1 : 1));
}
