export { runFederation, type RoundEngineOptions } from './engine/round-engine.ts';
export { selectClients } from './engine/select-clients.ts';
