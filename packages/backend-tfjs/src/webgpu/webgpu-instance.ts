import {
  engine,
  findBackend,
  registerBackend,
  removeBackend,
  type KernelBackend,
} from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { provideGpu } from './provide-gpu.ts';

/** tfjs's WebGPU backend, and in words what it runs on. */
export interface WebgpuInstance {
  readonly backend: KernelBackend;
  readonly adapter: string;
  /** Throws what has gone wrong on the GPU since the last call: WebGPU goes on with numbers that mean nothing. */
  check(): void;
}

let opening: Promise<WebgpuInstance> | undefined;

/**
 * The process's one instance of tfjs's 'webgpu' backend, without making it tfjs's current one. When tfjs has none yet, it
 * is made and registered here: tfjs's own factory fails without a word where there is no adapter.
 */
export function webgpuInstance(gpu?: GPU): Promise<WebgpuInstance> {
  opening ??= open(gpu).catch((error: unknown) => {
    opening = undefined; // the next call may have another GPU
    throw error;
  });
  return opening;
}

async function open(handedIn?: GPU): Promise<WebgpuInstance> {
  const gpu = await provideGpu(handedIn);
  // Behind the line above: it looks for navigator.gpu when it is loaded.
  const tfjsWebgpu = await import('@tensorflow/tfjs-backend-webgpu');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('WebGPU finds no adapter: no GPU, no driver or no permission.');
  const { vendor, architecture, description } = adapter.info;
  const words = [vendor, architecture, description].filter((word) => word !== '').join(' ');
  const tfjs = engine();
  if (!('webgpu' in tfjs.registry)) {
    const made = new tfjsWebgpu.WebGPUBackend(await requestDevice(adapter), adapter.info);
    if ('webgpu' in tfjs.registryFactory) removeBackend('webgpu');
    registerBackend('webgpu', () => made, 3);
  }
  const backend = findBackend('webgpu') as WebGPUBackend;
  return { backend, adapter: words || 'unknown adapter', check: errorsOf(backend.device) };
}

function errorsOf(device: GPUDevice): () => void {
  let failure: string | undefined;
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault(); // it is told by check
    failure ??= event.error.message;
  });
  void device.lost.then(({ message }) => (failure = `the device was lost: ${message}`));
  return () => {
    if (failure === undefined) return;
    const message = `WebGPU: ${failure}`;
    failure = undefined;
    throw new Error(message);
  };
}

/** With the adapter's own limits, as tfjs does: the defaults are too low for large layers. */
function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const { limits } = adapter;
  return adapter.requestDevice({
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  });
}
