export { runFederation } from './engine/round-engine.ts';
export type { RoundEngineOptions } from './engine/run-setup.ts';
export { selectClients } from './engine/select-clients.ts';
