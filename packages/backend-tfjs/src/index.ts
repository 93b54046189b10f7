export { backendNames, type BackendName } from './backend/backend-name.ts';
export { chooseBackend, type BackendChoice, type BackendTrial } from './backend/choose-backend.ts';
export { createBackend, type CreateBackendOptions } from './backend/create-backend.ts';
export { createTfjsBackend, type TfjsBackendParts } from './backend/create-tfjs-backend.ts';
export type { Device, Tensor } from './device/device.ts';
export type { RemoteMemory, TensorMemory } from './device/tensor-memory.ts';
export { registerGradients } from './gradients/register-gradients.ts';
export type { KernelOperations, Moments, PoolWindows } from './kernel-layers/kernel-operations.ts';
export {
  loadBatchNormTraining,
  type BatchNormTraining,
  type BatchNormTrainingResult,
} from './wasm-kernels/load-batch-norm-training.ts';
export {
  registerTrainingKernels,
  type TrainingKernelOptions,
} from './wasm-kernels/register-training-kernels.ts';
