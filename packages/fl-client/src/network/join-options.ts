import type { Channel, ClientReply, ClientTask, Clock, MessageHeader } from '@protonorm/protocol';
import type { ProtoNormError, StateTree } from '@protonorm/tensor';
import type { Backoff } from './backoff.ts';
import type { DeviceStore } from './device-store.ts';

/** What the server has said of the federation. */
export interface Welcome extends MessageHeader<'welcome'> {
  /** Tensors that all devices share, encoded; empty = none. */
  readonly shared: Uint8Array;
}

/** What a device does in a federation. */
export interface FederationMember {
  /** Answers a task; ends soon when the signal is aborted. */
  handle(task: ClientTask, options: { readonly signal: AbortSignal }): Promise<ClientReply>;
  /** Model and private state, as they are now. */
  save(): Promise<StateTree>;
  /** Goes back to what `save` gave. */
  restore(state: StateTree): Promise<void>;
}

/** What happens to a device. */
export type DeviceStatus =
  | { readonly type: 'connecting'; readonly attempt: number }
  | { readonly type: 'joined'; readonly clientId: string; readonly round: number; readonly rounds: number }
  | { readonly type: 'working'; readonly round: number; readonly train: boolean }
  | { readonly type: 'answered'; readonly round: number; readonly bytesUp: number }
  | { readonly type: 'acknowledged'; readonly round: number }
  | { readonly type: 'disconnected'; readonly reason: string; readonly againInMs: number }
  | { readonly type: 'refused'; readonly error: ProtoNormError };

/** How a device joins. */
export interface JoinOptions {
  /** Of the server: `http://`, `https://`, `ws://` or `wss://`. */
  readonly url: string;
  readonly federation: string;
  /** Strategies that this device has, as `id@version`. */
  readonly strategies: readonly string[];
  /** Makes the member: loads data and model. Called once, with the first welcome. */
  readonly open: (welcome: Welcome, options: { readonly signal: AbortSignal }) => Promise<FederationMember>;
  readonly store: DeviceStore;
  /** Wished for; the server decides. */
  readonly clientId?: string;
  readonly token?: string;
  /** Name and version of the program, for the server's log. @defaultValue '@protonorm/fl-client' */
  readonly software?: string;
  readonly signal: AbortSignal;
  readonly onStatus?: (status: DeviceStatus) => void;
  /** @defaultValue a WebSocket */
  readonly connect?: (url: string, options: { readonly signal: AbortSignal }) => Promise<Channel>;
  readonly clock?: Clock;
  /** @defaultValue 500 ms to 30 s */
  readonly backoff?: Backoff;
  /** Silence limit before the server has said its own, in milliseconds. @defaultValue 30,000 */
  readonly silenceMs?: number;
}
