export { createBackend, type CreateBackendOptions } from './backend/create-backend.ts';
export type { KernelBuild } from '@protonorm/wasm-kernels';
