import { testBackend } from '@protonorm/tensor/testkit';
import { describe, it } from 'vitest';
import { createBackend } from './create-backend.ts';
import { nativeMissing } from './native-missing.test-support.ts';

const missing = await nativeMissing();

describe.skipIf(missing)(`node${missing ? ` (skipped: ${missing})` : ''}`, () => {
  testBackend({ create: () => createBackend(), runner: { describe, it } });
});
