export { backendNames, type BackendName } from './backend/backend-name.ts';
export { chooseBackend, type BackendChoice, type BackendTrial } from './backend/choose-backend.ts';
export { createBackend, type CreateBackendOptions } from './backend/create-backend.ts';
export { registerGradients } from './gradients/register-gradients.ts';
export { registerTrainingKernels } from './wasm-kernels/register-training-kernels.ts';
