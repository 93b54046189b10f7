import { isProtoNormError } from '@protonorm/tensor';
import { testBackend } from '@protonorm/tensor/testkit';
import { describe, it } from 'vitest';
import { createBackend } from './create-backend.ts';

const missing = await createBackend().then(
  () => undefined,
  (error: unknown) => {
    if (isProtoNormError(error) && error.code === 'backend-unavailable') return error.message;
    throw error;
  },
);

describe.skipIf(missing)(`node${missing ? ` (skipped: ${missing})` : ''}`, () => {
  testBackend({ create: () => createBackend(), runner: { describe, it } });
});
