export {
  createFederationClient,
  type FederationClient,
  type FederationClientOptions,
  type Measure,
} from './client/federation-client.ts';
export {
  joinFederation,
  type DeviceStatus,
  type FederationMember,
  type JoinOptions,
  type Welcome,
} from './network/join-federation.ts';
export { createMemoryDeviceStore, type DeviceStore } from './network/device-store.ts';
export { openWebSocketChannel } from './network/web-socket-channel.ts';
export type { Backoff } from './network/backoff.ts';
export { federationOf } from './network/device-record.ts';
