export {
  createFederationClient,
  type FederationClient,
  type FederationClientOptions,
  type Measure,
} from './client/federation-client.ts';
export { joinFederation } from './network/join-federation.ts';
export type { DeviceStatus, FederationMember, JoinOptions, Welcome } from './network/join-options.ts';
export { createMemoryDeviceStore, type DeviceStore } from './network/device-store.ts';
export { openWebSocketChannel } from './network/web-socket-channel.ts';
export type { Backoff } from './network/backoff.ts';
export { federationOf } from './network/device-record.ts';
