export type { ClientReply, ClientTask, EvaluationCounts } from './task/task.ts';
export type { Transport } from './transport/transport.ts';
export { createMemoryTransport, type TaskHandler } from './transport/memory-transport.ts';
export type { RunEvent } from './run/run-event.ts';
export {
  summarise,
  type EvaluationRecord,
  type RoundRecord,
  type RunHistory,
  type RunSummary,
} from './run/run-record.ts';
export type { RecordedEvent } from './run/recorded-event.ts';
export { summariseWarnings, type WarningSummary } from './run/warning-summary.ts';
export type { RunSnapshot, RunStore } from './store/run-store.ts';
export { createMemoryStore, type MemoryStore } from './store/memory-store.ts';
export type {
  AuditEntry,
  DeviceRecord,
  FederationDatabase,
  FederationStore,
  Page,
  StoredEvent,
  StoredReply,
} from './store/federation-store.ts';
export { createMemoryDatabase, type MemoryDatabaseOptions } from './store/memory-database.ts';
export {
  PROTOCOL_VERSION,
  type MessageHeader,
  type MessageType,
  type WireMessage,
} from './wire/message-schemas.ts';
export { decodeWireMessage, encodeWireMessage } from './wire/wire-frame.ts';
export { HANDSHAKE_FRAME_BYTES, MIN_FRAME_BYTES } from './wire/limits.ts';
export { FrameReceiver, splitFrame, type FrameLimits } from './wire/parts.ts';
export { createSystemClock, type Clock } from './connection/clock.ts';
export type { Channel, ChannelEnd, ChannelListener } from './connection/channel.ts';
export { createChannelPair } from './connection/memory-channel.ts';
export {
  errorHeader,
  MessageConnection,
  type MessageConnectionOptions,
} from './connection/message-connection.ts';
export {
  createDeviceKey,
  createNonce,
  signHandshake,
  verifyHandshake,
  type DeviceKey,
  type Handshake,
} from './identity/device-key.ts';
export type { FederationStatus, LiveFederation } from './live/live-federation.ts';
export type { DeviceStatus, LiveDevice } from './live/live-device.ts';
export type { LivePrototypes, LiveState } from './live/live-state.ts';
export type { LiveEvent } from './live/live-event.ts';
export {
  decodeLiveEvent,
  decodeLiveFederations,
  decodeLiveState,
  encodeLiveEvent,
  encodeLiveState,
} from './live/live-json.ts';
