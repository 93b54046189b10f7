export { runFederation } from './engine/round-engine.ts';
export type { RoundEngineOptions } from './engine/run-setup.ts';
export { selectClients } from './engine/select-clients.ts';
export {
  createAdmission,
  type Admission,
  type AdmissionOptions,
  type Applicant,
} from './network/admission.ts';
export { FederationHost, type FederationHostOptions, type HostEvent } from './network/federation-host.ts';
export { createMemoryReplyLog, type ReplyLog } from './network/reply-log.ts';
export { taskIdOf } from './network/task-id.ts';
export { LiveFeed, type LiveBeginning, type LiveFeedOptions } from './live/live-feed.ts';
export { restoreFeed } from './live/restore-feed.ts';
