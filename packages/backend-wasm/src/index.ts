export { createBackend, type CreateBackendOptions } from './backend/create-backend.ts';
export type { KernelBuild } from '@protonorm/wasm-kernels';
export type { OperationProfile } from './graph/operation.ts';
