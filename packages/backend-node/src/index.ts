export { createBackend, type CreateBackendOptions } from './create-backend.ts';
