export type {
  ClientExecutor,
  ClientJob,
  ClientJobResult,
  ClientState,
  SimulatedClient,
  SimulationSetup,
} from './executor/client-job.ts';
export { createInProcessExecutor } from './executor/in-process-executor.ts';
export {
  loadBackend,
  loadStrategy,
  type BackendReference,
  type ModuleReference,
} from './executor/module-reference.ts';
export { createWorkerExecutor, type WorkerSetup } from './executor/worker-executor.ts';
export { withDropOuts } from './simulation/drop-outs.ts';
export type { InitialModel } from './simulation/describe-federation.ts';
export { simulate, type SimulationOptions } from './simulation/simulate.ts';
