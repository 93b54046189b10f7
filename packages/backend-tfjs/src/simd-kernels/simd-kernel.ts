import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { elements } from '../device/tensor-memory.ts';
import type { WasmKernelCall } from '../wasm-kernels/wasm-kernel.ts';
import type { SimdMemory } from './simd-memory.ts';

/** A kernel of tfjs on our own kernels; undefined for what it does not compute. */
export type SimdKernel = (call: WasmKernelCall, memory: SimdMemory) => TensorInfo | TensorInfo[] | undefined;

/** A kernel in tfjs's form: what ours leaves, and calls of another instance of the backend, go to another kernel. */
export function bindKernel(body: SimdKernel, memory: SimdMemory, other: KernelFunc | undefined): KernelFunc {
  return (parameters) => {
    const call = parameters as unknown as WasmKernelCall;
    if (call.backend === memory.backend && takes(call)) {
      const result = memory.guard(() => body(call, memory));
      if (result !== undefined) return result;
    }
    if (other) return other(parameters);
    throw new Error('This kernel of @protonorm/backend-tfjs takes only non-empty float32 tensors in NHWC.');
  };
}

function takes({ inputs }: WasmKernelCall): boolean {
  for (const tensor of Object.values(inputs)) {
    // Fused kernels have optional inputs.
    if (tensor && (tensor.dtype !== 'float32' || elements(tensor.shape) === 0)) return false;
  }
  return true;
}
