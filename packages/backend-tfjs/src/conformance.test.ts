import { testBackend } from '@protonorm/tensor/testkit';
import { describe, it } from 'vitest';
import { backendNames } from './backend/backend-name.ts';
import { createBackend } from './backend/create-backend.ts';

describe.each(backendNames)('%s', (name) => {
  testBackend({ create: () => createBackend(name), runner: { describe, it } });
});
