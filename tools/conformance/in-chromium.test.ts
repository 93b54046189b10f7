import { describe, expect, it } from 'vitest';
import { chromiumMissing, tfjsInChromium } from './in-chromium.ts';

const missing = chromiumMissing();

describe.skipIf(missing)(
  `the conformance suite in Chromium${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    it.each(['wasm', 'webgpu'] as const)(
      'passes on %s in a Web Worker',
      async (name) => {
        const { failed, passed, worst, description } = await tfjsInChromium(name);
        expect(failed).toEqual([]);
        expect(passed).toBeGreaterThan(100);
        expect(worst).toBeLessThan(1e-5);
        expect(description).toMatch(name === 'wasm' ? /XNNPACK, SIMD/ : /webgpu \(google swiftshader/);
      },
      600_000,
    );
  },
);
