export { compileKernels, type CompiledKernels } from './compile-kernels.ts';
export { instantiateKernels, type KernelInstance } from './instantiate-kernels.ts';
export { kernelBuilds, type KernelBuild } from './kernel-build.ts';
export type { Kernels } from './kernels.ts';
export type { ProductKernels } from './kernels/product-kernels.ts';
