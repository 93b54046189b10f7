import { testBackend } from '@protonorm/tensor/testkit';
import { compileKernels, kernelBuilds } from '@protonorm/wasm-kernels';
import { describe, it } from 'vitest';
import { createBackend } from './backend/create-backend.ts';

for (const build of kernelBuilds) {
  const available = await compileKernels(build).then(
    () => true,
    () => false,
  );
  describe(`${build}${available ? '' : ' (skipped: this engine does not accept the build)'}`, () => {
    if (!available) it.skip('conformance', () => {});
    else testBackend({ create: () => createBackend({ build }), runner: { describe, it } });
  });
}
