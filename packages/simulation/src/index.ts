export type {
  ClientExecutor,
  ClientJob,
  ClientJobResult,
  ClientState,
  ModelNumbers,
  SimulatedClient,
  SimulationSetup,
} from './executor/client-job.ts';
export { createInProcessExecutor } from './executor/in-process-executor.ts';
export {
  loadBackend,
  loadStrategy,
  type BackendReference,
  type ModuleReference,
  type OperationProfile,
} from './executor/module-reference.ts';
export { createWorkerExecutor, type WorkerSetup } from './executor/worker-executor.ts';
export { KERNEL, Profiler, type SectionTime, type SectionTimes } from './profile/profiler.ts';
export { withDropOuts } from './simulation/drop-outs.ts';
export { describeFederation, type InitialModel } from './simulation/describe-federation.ts';
export { simulate, type SimulationOptions } from './simulation/simulate.ts';
