import type { ClientReply, ClientTask, Clock, FrameLimits, MessageHeader } from '@protonorm/protocol';
import type { Admission } from './admission.ts';
import type { HostEvent } from './host-event.ts';
import type { ReplyLog } from './reply-log.ts';

/** What a federation is to its devices. */
export interface FederationHostOptions {
  readonly name: string;
  /** `id@version`; a device without it is refused. */
  readonly strategy: string;
  readonly rounds: number;
  /** What devices need to know: a recipe, names of models. JSON. */
  readonly settings: MessageHeader<'welcome'>['settings'];
  /** Tensors that all devices share, encoded. @defaultValue none */
  readonly shared?: Uint8Array;
  readonly admission: Admission;
  readonly replies: ReplyLog;
  readonly clock: Clock;
  /** A side that has sent nothing for so long counts as gone, in milliseconds. @defaultValue 30,000 */
  readonly silenceMs?: number;
  readonly limits?: Partial<FrameLimits>;
  /** Looks at an upload before it is kept; what it throws goes to the device and ends its task. */
  readonly checkReply?: (reply: ClientReply, task: ClientTask) => void;
  readonly onEvent?: (event: HostEvent) => void;
}
