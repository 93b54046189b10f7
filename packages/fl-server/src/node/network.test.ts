import { createMemoryDeviceStore, joinFederation, type FederationMember } from '@protonorm/fl-client';
import { createSystemClock, type TaskHandler } from '@protonorm/protocol';
import { testTransport } from '@protonorm/protocol/testkit';
import { describe, it } from 'vitest';
import { createAdmission } from '../network/admission.ts';
import { FederationHost } from '../network/federation-host.ts';
import { createMemoryReplyLog } from '../network/reply-log.ts';
import { serveFederations } from './serve-federations.ts';

/** A member without a model. */
function stateless(handle: TaskHandler): FederationMember {
  return { handle, save: async () => null, restore: async () => {} };
}

async function overWebSocket(handlers: ReadonlyMap<string, TaskHandler>) {
  const host = new FederationHost({
    name: 'test',
    strategy: 's@1',
    rounds: 10,
    settings: {},
    admission: createAdmission({ clientIds: [...handlers.keys()] }),
    replies: createMemoryReplyLog(),
    clock: createSystemClock(),
  });
  const server = await serveFederations({ federations: [host], port: 0 });
  const controller = new AbortController();
  const devices = [...handlers].map(([clientId, handle]) =>
    joinFederation({
      url: server.url,
      federation: 'test',
      strategies: ['s@1'],
      clientId,
      store: createMemoryDeviceStore(),
      open: async () => stateless(handle),
      signal: controller.signal,
    }),
  );
  await host.enrolled(handlers.size, { signal: AbortSignal.timeout(5000) });
  return {
    transport: host,
    async close() {
      host.end();
      await Promise.all(devices);
      await server.close();
    },
  };
}

testTransport({ open: overWebSocket, runner: { describe, it } });
