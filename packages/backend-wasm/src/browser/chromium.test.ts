import { createModel, initialParameters } from '@protonorm/models';
import { createRng } from '@protonorm/tensor';
import { kernelBuilds } from '@protonorm/wasm-kernels';
import { describe, expect, it } from 'vitest';
import { chromiumMissing } from '../../../../tools/browser/chromium.ts';
import { runInChromium } from '../../../../tools/browser/run-in-chromium.ts';
import type { Summary } from '../../../../tools/conformance/summary.ts';
import train, { type TrainingCase, type TrainingResult } from './training-case.test-support.ts';

const missing = chromiumMissing();
const tools = new URL('../../../../tools/', import.meta.url);

function trainingCase(name: string, build: TrainingCase['build']): TrainingCase {
  const spec = createModel(name, { input: [32, 32, 3], classes: 10, features: 512 });
  const parameters = initialParameters(spec, createRng(1));
  return { build, spec, parameters: Buffer.from(parameters.buffer).toString('base64'), batch: 16, steps: 4 };
}

describe.skipIf(missing).each(kernelBuilds)(
  `%s in a Web Worker of Chromium${missing ? ` (skipped: ${missing})` : ''}`,
  (build) => {
    // The same bits on 'relaxed' too, though WebAssembly does not promise them: browser and Node are both V8 on one
    // processor, which fuses wherever that can. A tolerance of 1e-5 would hold for the first loss only: one number that
    // rounds to the other side of a relu moves gradients of resnet8 by more (golden-tolerance.ts of @protonorm/models).
    it.each(['cnn', 'resnet8'])(
      'trains %s to the same bits as in Node',
      async (name) => {
        const given = trainingCase(name, build);
        const here = await train(given);
        const there = await runInChromium<TrainingResult>({
          entry: new URL('./training-case.test-support.ts', import.meta.url),
          argument: given,
          where: 'worker',
        });
        expect(there).toEqual(here);
        expect(here.losses).toHaveLength(given.steps);
        expect(here.losses.at(-1)).toBeLessThan(here.losses[0]);
      },
      240_000,
    );

    it('passes the conformance suite', async () => {
      const { failed, skipped, passed, worst, description } = await runInChromium<Summary>({
        entry: new URL('conformance/browser-wasm.ts', tools),
        argument: { build },
        where: 'worker',
        timeLimitMs: 600_000,
      });
      expect(failed).toEqual([]);
      expect(skipped).toEqual([]);
      expect(passed).toBeGreaterThan(100);
      expect(worst).toBeLessThan(1e-5);
      expect(description).toContain(build === 'relaxed' ? 'relaxed SIMD' : '(SIMD');
    }, 600_000);
  },
);
