import { ProtoNormError } from '@protonorm/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileKernels } from '../compile-kernels.ts';
import { kernelBuilds } from '../kernel-build.ts';
import type { Kernels } from '../kernels.ts';
import { allChecks } from './checks/all-checks.test-support.ts';
import { KernelBench } from './checks/kernel-bench.test-support.ts';

describe.for(kernelBuilds)('%s: against float64 loops, the memory around the outputs unchanged', (build) => {
  let bench: KernelBench | undefined;
  let missing = '';

  beforeAll(async () => {
    const memory = new WebAssembly.Memory({ initial: 32 });
    try {
      const { module } = await compileKernels(build);
      const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
      bench = new KernelBench(exports as unknown as Kernels, memory);
    } catch (error) {
      if (!(error instanceof ProtoNormError)) throw error;
      missing = error.message;
    }
  });

  test.for(Object.entries(allChecks))('%s', ([, check], context) => {
    if (bench === undefined) return context.skip(missing);
    check.holds(bench, 100);
    expect(bench.worst).toBeLessThan(1e-5);
  });

  test('every exported kernel has a type and a check', (context) => {
    if (bench === undefined) return context.skip(missing);
    expect(Object.keys(bench.kernels).sort()).toEqual(Object.keys(allChecks).sort());
  });
});
