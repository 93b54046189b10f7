import { fileURLToPath } from 'node:url';
import type { BackendName } from '@protonorm/backend-tfjs';
import { chromiumMissing } from '../browser/chromium.ts';
import { runInChromium } from '../browser/run-in-chromium.ts';
import { tooSlowInSoftware } from './software-gpu.ts';
import type { Summary } from './summary.ts';

/** Why Chromium cannot be used; undefined when it can. */
export { chromiumMissing };

/** The suite on a backend of tfjs, in a Web Worker of headless Chromium. */
export function tfjsInChromium(name: BackendName): Promise<Summary> {
  return runInChromium<Summary>({
    entry: new URL('./browser-tfjs.ts', import.meta.url),
    argument: { name, skip: name === 'webgpu' ? tooSlowInSoftware : [] },
    where: 'worker',
    gpu: name === 'webgpu',
    files: tfjsWasmFiles(),
    timeLimitMs: 600_000,
  });
}

/** The suite on ProtoNorm's WASM engine, in a Web Worker of headless Chromium. */
export function engineInChromium(): Promise<Summary> {
  return runInChromium<Summary>({
    entry: new URL('./browser-wasm.ts', import.meta.url),
    argument: {},
    where: 'worker',
    timeLimitMs: 600_000,
  });
}

function tfjsWasmFiles(): Record<string, string> {
  const name = '@tensorflow/tfjs-backend-wasm';
  const folder = new URL(`../../node_modules/${name}/dist/`, import.meta.url);
  const files = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];
  return Object.fromEntries(files.map((file) => [`/wasm/${file}`, fileURLToPath(new URL(file, folder))]));
}
