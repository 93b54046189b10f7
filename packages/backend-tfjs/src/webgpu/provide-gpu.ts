/**
 * `navigator.gpu`: what is there (browsers), what is handed in, or in Node that of the npm package `webgpu` (Dawn).
 *
 * tfjs looks for it and for WebGPU's constants on the global object, so that what a runtime lacks is put there; what it
 * has is not replaced.
 */
export async function provideGpu(handedIn?: GPU): Promise<GPU> {
  const present = globalThis.navigator?.gpu as GPU | undefined;
  if (present !== undefined) return handedIn ?? present;
  if (handedIn !== undefined) return putGpu(handedIn);
  if (!('process' in globalThis)) throw new Error('this browser has no WebGPU (navigator.gpu)');
  // Not a literal: bundlers would look for a package that only Node has.
  const name = 'webgpu';
  const { create, globals } = (await import(name)) as DawnModule;
  for (const [key, value] of Object.entries(globals)) {
    if (!(key in globalThis)) Object.defineProperty(globalThis, key, { value, configurable: true });
  }
  return putGpu(create([]));
}

interface DawnModule {
  create(options: string[]): GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

function putGpu(gpu: GPU): GPU {
  if (!('navigator' in globalThis)) {
    // Node 20; tfjs also looks at its user agent.
    Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'node' }, configurable: true });
  }
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}
