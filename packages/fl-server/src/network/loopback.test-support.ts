import { createMemoryDeviceStore, joinFederation, type DeviceStatus } from '@protonorm/fl-client';
import { createChannelPair, createSystemClock, type Channel, type Transport } from '@protonorm/protocol';
import { createAdmission } from './admission.ts';
import { FederationHost } from './federation-host.ts';
import type { FederationHostOptions } from './host-options.ts';
import { createMemoryReplyLog } from './reply-log.ts';

/** A host with what tests do not care about filled in. */
export function testHost(
  clientIds: readonly string[],
  options: Partial<FederationHostOptions> = {},
): FederationHost {
  return new FederationHost({
    name: 'test',
    strategy: 's@1',
    rounds: 3,
    settings: {},
    admission: createAdmission({ clientIds }),
    replies: createMemoryReplyLog(),
    clock: createSystemClock(),
    ...options,
  });
}

/** What happens to the frames of one channel. */
export type Disturb = (send: (frame: Uint8Array) => void, cut: () => void) => (frame: Uint8Array) => void;

/** A channel whose frames go another way than they should. */
function disturbed(channel: Channel, disturb: Disturb): Channel {
  const send = disturb(
    (frame) => channel.send(frame),
    () => channel.close(1006, 'cut'),
  );
  return {
    peer: channel.peer,
    get bufferedBytes() {
      return channel.bufferedBytes;
    },
    listen: (listener) => channel.listen(listener),
    send,
    close: (code, reason) => channel.close(code, reason),
  };
}

/** Devices in this process, one for each client of a transport, which does their work. */
export function joinAll(
  transport: Transport,
  options: {
    readonly strategy: string;
    readonly signal: AbortSignal;
    /** The host there is now; undefined = the server is down. */
    readonly host: () => FederationHost | undefined;
    readonly disturb?: (clientId: string, end: 'device' | 'server') => Disturb | undefined;
    readonly onStatus?: (clientId: string, status: DeviceStatus) => void;
  },
): Promise<string>[] {
  const { strategy, signal, host, disturb = () => undefined, onStatus } = options;
  return transport.clients().map((clientId) => {
    const end = (channel: Channel, side: 'device' | 'server'): Channel => {
      const how = disturb(clientId, side);
      return how === undefined ? channel : disturbed(channel, how);
    };
    return joinFederation({
      url: 'http://loopback',
      federation: 'test',
      strategies: [strategy],
      clientId,
      store: createMemoryDeviceStore(),
      async open() {
        return {
          handle: (task, given) => transport.request(clientId, task, given),
          save: async () => null,
          restore: async () => {},
        };
      },
      async connect() {
        const target = host();
        if (target === undefined) throw new Error('The server is down.');
        const [here, there] = createChannelPair();
        target.connect(end(there, 'server'));
        return end(here, 'device');
      },
      backoff: { firstMs: 1, mostMs: 8 },
      signal,
      ...(onStatus && { onStatus: (status) => onStatus(clientId, status) }),
    });
  });
}
