import type { Backend } from '@protonorm/tensor';
import { version_core } from '@tensorflow/tfjs-core';
import { createTfjsBackend } from '../backend/create-tfjs-backend.ts';
import { webgpuMemory } from '../device/tensor-memory.ts';
import { webgpuOperations } from './webgpu-operations.ts';
import { webgpuShaders } from './webgpu-shaders.ts';
import { webgpuInstance } from './webgpu-instance.ts';

/** Opens tfjs's 'webgpu' backend, its layers in kernels alone: numbers leave the GPU when they are asked for. */
export async function openWebgpu(gpu?: GPU): Promise<Backend> {
  const { backend, adapter, check } = await webgpuInstance(gpu);
  return createTfjsBackend({
    name: 'webgpu',
    backend,
    memory: webgpuMemory(backend, check),
    kernels: webgpuShaders,
    operations: webgpuOperations,
    description: `tfjs ${version_core} webgpu (${adapter})`,
  });
}
