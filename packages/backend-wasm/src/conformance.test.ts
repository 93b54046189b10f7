import { testBackend } from '@protonorm/tensor/testkit';
import { kernelBuilds } from '@protonorm/wasm-kernels';
import { describe, it } from 'vitest';
import { createBackend } from './backend/create-backend.ts';

// Both builds run on the Node that the repository pins.
describe.each(kernelBuilds)('%s', (build) => {
  testBackend({ create: () => createBackend({ build }), runner: { describe, it } });
});
