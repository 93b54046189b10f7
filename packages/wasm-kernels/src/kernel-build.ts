/** A binary of the kernels: 'relaxed' has fused multiply-adds, whose results may differ between processors. */
export type KernelBuild = 'simd' | 'relaxed';

/** Both, the fastest first: the order in which they are tried. */
export const kernelBuilds = ['relaxed', 'simd'] as const satisfies readonly KernelBuild[];
