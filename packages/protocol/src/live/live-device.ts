/** What a device does in the round that goes on: nothing was asked of it, it has a task, it has answered, or it could not. */
export type DeviceStatus = 'idle' | 'working' | 'answered' | 'failed';

/** A device of a federation; plain data. */
export interface LiveDevice {
  readonly clientId: string;
  readonly connected: boolean;
  /** Of the last message, in milliseconds since 1970 by the server's clock; null = never. */
  readonly lastSeenAt: number | null;
  /** The round of its last task, from 0; null before the first. */
  readonly round: number | null;
  /** Encoded messages since it was enrolled. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly status: DeviceStatus;
  /** When `status` became what it is, as `lastSeenAt`: how long a device is waited for; null = not known. */
  readonly since: number | null;
}
