import { describe, expect, it } from 'vitest';
import { resumedExecution } from './resumed-execution.ts';

const { signal } = new AbortController();
const begun = (name: string) => ({ backend: { name, description: 'as it was', why: 'because' }, workers: 3 });

describe('a run that goes on', () => {
  it('takes the backend and the build that it was begun with, and its reason', async () => {
    const execution = await resumedExecution('runs/a', begun('wasm-simd'), { signal });
    expect(execution).toMatchObject({ backend: { name: 'wasm-simd' }, why: 'because', workers: 3 });
    for (const asked of ['auto', 'wasm', 'wasm-simd']) {
      const same = await resumedExecution('runs/a', begun('wasm-simd'), { asked, workers: '0', signal });
      expect(same).toMatchObject({ backend: { name: 'wasm-simd' }, workers: 0 });
    }
  });

  it("takes tfjs's WASM backend for runs from before the engine", async () => {
    const execution = await resumedExecution('runs/a', begun('wasm'), { signal });
    expect(execution.backend.name).toBe('tfjs-wasm');
  });

  it('is refused on another one', async () => {
    const options = { asked: 'wasm-relaxed', signal };
    await expect(resumedExecution('runs/a', begun('wasm-simd'), options)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('was begun on wasm-simd'),
    });
  });

  it('is refused where its own is missing', async () => {
    const { validate } = WebAssembly;
    WebAssembly.validate = () => false;
    try {
      await expect(resumedExecution('runs/a', begun('wasm-relaxed'), { signal })).rejects.toMatchObject({
        code: 'backend-unavailable',
        message: expect.stringMatching(/begun on wasm-relaxed, which does not work here: .*other bits/),
      });
    } finally {
      WebAssembly.validate = validate;
    }
  });
});
