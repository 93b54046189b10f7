import type { Prototypes } from '@protonorm/tensor';
import type { RunHistory } from '../run/run-record.ts';
import type { LiveDevice } from './live-device.ts';
import type { LiveFederation } from './live-federation.ts';

/** The class tables of the last finished round. */
export interface LivePrototypes {
  /** From 0. */
  readonly round: number;
  readonly tables: Readonly<Record<string, Prototypes>>;
}

/** All that a page must know of a federation before events can keep it up to date; plain data. */
export interface LiveState extends LiveFederation {
  /** The server's clock in milliseconds since 1970, so that ages do not depend on the clock of the page. */
  readonly now: number;
  readonly history: RunHistory;
  readonly devices: readonly LiveDevice[];
  /** Null before the first round is finished, and for strategies without class tables. */
  readonly prototypes: LivePrototypes | null;
  /** Names by class index, where the data has names. */
  readonly classNames?: readonly string[];
}
