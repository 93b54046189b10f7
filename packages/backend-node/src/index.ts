export { createBackend, type CreateBackendOptions } from './create-backend.ts';
export { setProcessEnvironment } from './process-environment.ts';
