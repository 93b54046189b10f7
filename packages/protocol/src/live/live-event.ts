import type { RunEvent } from '../run/run-event.ts';
import type { LiveDevice } from './live-device.ts';
import type { LiveFederation } from './live-federation.ts';

/** A server-sent event of a federation; `event` is its name in the stream. */
export type LiveEvent =
  | { readonly event: 'run'; readonly data: RunEvent }
  | { readonly event: 'devices'; readonly data: readonly LiveDevice[] }
  | { readonly event: 'status'; readonly data: LiveFederation };
