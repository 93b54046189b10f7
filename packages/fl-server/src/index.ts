export { runFederation } from './engine/round-engine.ts';
export type { RoundEngineOptions } from './engine/run-setup.ts';
export { selectClients } from './engine/select-clients.ts';
export {
  createAdmission,
  type Admission,
  type AdmissionOptions,
  type Applicant,
} from './network/admission.ts';
export { FederationHost } from './network/federation-host.ts';
export type { FederationHostOptions } from './network/host-options.ts';
export type { HostEvent } from './network/host-event.ts';
export { createMemoryReplyLog, type ReplyLog } from './network/reply-log.ts';
export { taskIdOf } from './network/task-id.ts';
export { LiveFeed, type LiveBeginning, type LiveFeedOptions } from './live/live-feed.ts';
export { restoreFeed } from './live/restore-feed.ts';
