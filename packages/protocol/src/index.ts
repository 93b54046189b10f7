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
export { summariseWarnings, type WarningSummary } from './run/warning-summary.ts';
export type { RunSnapshot, RunStore } from './store/run-store.ts';
export { createMemoryStore, type MemoryStore } from './store/memory-store.ts';
