import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { getKernel, type KernelFunc } from '@tensorflow/tfjs-core';
import { instantiateKernels, type KernelBuild } from '@protonorm/wasm-kernels';
import { trainingKernels } from '../wasm-kernels/training-kernels.ts';
import { activationGradient } from './activation-gradient.ts';
import { batchNormByMoments, batchNormGradient, batchNormTraining } from './batch-norm.ts';
import { conv2dBackpropFilter, conv2dBackpropInput } from './conv2d-gradients.ts';
import { conv2d, fusedConv2d } from './conv2d.ts';
import { identity, tile } from './copies.ts';
import {
  depthwiseConv2d,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  fusedDepthwiseConv2d,
} from './depthwise-conv2d.ts';
import { heapMemory } from './heap-memory.ts';
import { batchMatMul, fusedMatMul } from './mat-mul.ts';
import { maxPool, maxPoolGrad } from './max-pool.ts';
import { multiply } from './multiply.ts';
import { mean, sum } from './reductions.ts';
import { bindKernel, type SimdKernel } from './simd-kernel.ts';
import { SimdMemory } from './simd-memory.ts';

/** By tfjs's names, and by names of ours for what tfjs has not. */
export const simdBodies: Readonly<Record<string, SimdKernel>> = {
  Conv2D: conv2d,
  FusedConv2D: fusedConv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  DepthwiseConv2dNative: depthwiseConv2d,
  FusedDepthwiseConv2D: fusedDepthwiseConv2d,
  DepthwiseConv2dNativeBackpropFilter: depthwiseConv2dBackpropFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseConv2dBackpropInput,
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGrad,
  Multiply: multiply,
  Sum: sum,
  Mean: mean,
  Identity: identity,
  Tile: tile,
  'batch norm training': batchNormTraining,
  'batch norm by moments': batchNormByMoments,
  'batch norm gradient': batchNormGradient,
  'activation gradient': activationGradient,
};

/** The kernels on one instance of tfjs's 'wasm' backend. */
export interface SimdKernels {
  readonly build: KernelBuild;
  readonly kernels: Readonly<Record<string, KernelFunc>>;
}

const bound = new WeakMap<BackendWasm, Map<string, Promise<SimdKernels>>>();
/** tfjs's own kernels, as they were before any of ours was registered. */
const originals = new Map<string, KernelFunc | undefined>();

/**
 * Our kernels in the memory of a 'wasm' backend, once for each build.
 *
 * @throws `backend-unavailable` where there is no SIMD, or where tfjs runs threads (its memory is shared then)
 */
export function bindSimdKernels(
  backend: BackendWasm,
  build: KernelBuild | 'auto' = 'auto',
): Promise<SimdKernels> {
  let builds = bound.get(backend);
  if (!builds) bound.set(backend, (builds = new Map()));
  let kernels = builds.get(build);
  if (!kernels) {
    builds.set(build, (kernels = bind(backend, build)));
    kernels.catch(() => builds.delete(build));
  }
  return kernels;
}

async function bind(backend: BackendWasm, build: KernelBuild | 'auto'): Promise<SimdKernels> {
  const instance = await instantiateKernels(heapMemory(backend), build);
  const memory = new SimdMemory(backend, instance);
  const kernels = Object.entries(simdBodies).map(([name, body]) => {
    if (!originals.has(name)) originals.set(name, getKernel(name, 'wasm')?.kernelFunc);
    return [name, bindKernel(body, memory, trainingKernels[name] ?? originals.get(name))] as const;
  });
  return { build: instance.build, kernels: Object.fromEntries(kernels) };
}
