import { createBackend as createTfjs } from '@protonorm/backend-tfjs';
import { isProtoNormError, type Backend } from '@protonorm/tensor';
import { chromiumMissing, engineInChromium, tfjsInChromium } from './in-chromium.ts';
import { offerSoftwareGpu, tooSlowInSoftware } from './software-gpu.ts';
import { summarise, type Summary } from './summary.ts';

/** A backend at a place; gives its summary, or why it cannot be tested here. */
export interface Contender {
  readonly name: string;
  run(): Promise<Summary | { readonly reason: string }>;
}

interface Adapter {
  createBackend(options?: { readonly build?: 'simd' | 'relaxed' }): Promise<Backend>;
}

/** All backends of the house. */
export const contenders: readonly Contender[] = [
  { name: 'tfjs cpu', run: () => ifAvailable(() => createTfjs('cpu')) },
  { name: 'tfjs wasm', run: () => ifAvailable(() => createTfjs('wasm')) },
  ...(['simd', 'relaxed'] as const).map((build) => ({
    name: `backend-wasm ${build}`,
    run: () => ifLoadable('@protonorm/backend-wasm', ({ createBackend }) => createBackend({ build })),
  })),
  {
    name: 'node (TensorFlow)',
    run: () => ifLoadable('@protonorm/backend-node', ({ createBackend }) => createBackend()),
  },
  {
    name: 'tfjs webgpu',
    run() {
      offerSoftwareGpu();
      return ifAvailable(() => createTfjs('webgpu'), { skip: tooSlowInSoftware });
    },
  },
  { name: 'tfjs wasm, Chromium', run: () => ifChromium(() => tfjsInChromium('wasm')) },
  { name: 'tfjs webgpu, Chromium', run: () => ifChromium(() => tfjsInChromium('webgpu')) },
  {
    name: 'backend-wasm, Chromium',
    run: async () => {
      const engine = await load('@protonorm/backend-wasm');
      return 'reason' in engine ? engine : ifChromium(engineInChromium);
    },
  },
];

type Options = Parameters<typeof summarise>[1];

async function ifAvailable(
  create: () => Promise<Backend>,
  options: Options = {},
): ReturnType<Contender['run']> {
  try {
    (await create())[Symbol.dispose]();
  } catch (error) {
    if (isProtoNormError(error) && error.code === 'backend-unavailable') return { reason: error.message };
    throw error;
  }
  return summarise(create, options);
}

async function ifLoadable(
  name: string,
  create: (adapter: Adapter) => Promise<Backend>,
): ReturnType<Contender['run']> {
  const adapter = await load(name);
  return 'reason' in adapter ? adapter : ifAvailable(() => create(adapter));
}

async function ifChromium(run: () => Promise<Summary>): ReturnType<Contender['run']> {
  const reason = chromiumMissing();
  return reason === undefined ? run() : { reason };
}

async function load(name: string): Promise<Adapter | { readonly reason: string }> {
  try {
    return (await import(name)) as Adapter;
  } catch (error) {
    return { reason: `${name} cannot be loaded: ${String(error)}` };
  }
}
