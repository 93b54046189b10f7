import { defineConfig } from 'vitest/config';

const conditions = ['@protonorm/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'tools/**/*.test.ts',
      'integration/**/*.test.ts',
      'docs/**/*.test.ts',
      'experiments/**/*.test.ts',
    ],
    pool: 'forks',
    testTimeout: 60_000,
    silent: 'passed-only',
  },
});
