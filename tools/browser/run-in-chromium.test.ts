import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chromiumMissing } from './chromium.ts';
import { runInChromium } from './run-in-chromium.ts';

const missing = chromiumMissing();
const entry = new URL('./run-in-chromium.test-entry.ts', import.meta.url);
const files = { '/data.json': fileURLToPath(new URL('../../tsconfig.json', import.meta.url)) };

describe.skipIf(missing)(`runInChromium${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it('runs in the page, isolated, with the files that it is given', async () => {
    expect(await runInChromium({ entry, argument: {}, files })).toMatchObject({
      page: true,
      isolated: true,
      file: { extends: './tsconfig.base.json' },
    });
  });

  it('runs in a worker, and offers WebGPU on request', async () => {
    expect(await runInChromium({ entry, argument: {}, files, where: 'worker', gpu: true })).toMatchObject({
      page: false,
      isolated: true,
      gpu: true,
    });
  });

  it.each(['page', 'worker'] as const)('passes on what the function throws in a %s', async (where) => {
    await expect(runInChromium({ entry, argument: { fail: 'no luck' }, where })).rejects.toThrow(
      /In Chromium's \w+: TypeError: no luck/,
    );
  });

  it('stops at the time limit', async () => {
    const late = runInChromium({ entry, argument: { wait: 60_000 }, timeLimitMs: 500 });
    await expect(late).rejects.toThrow('No result after 0.5 s.');
  });
});
