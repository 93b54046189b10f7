import { expect, test } from 'vitest';
import { compileKernels as compileSource } from '../build/compile-kernels.ts';
import { compileKernels } from './compile-kernels.ts';
import { kernelBuilds } from './kernel-build.ts';

const bytesOf = {
  simd: async () => (await import('./binaries/simd.generated.ts')).simdBase64,
  relaxed: async () => (await import('./binaries/relaxed.generated.ts')).relaxedBase64,
};

test.for(kernelBuilds)(
  '%s is what its source gives (npm run kernels)',
  { timeout: 120_000 },
  async (build) => {
    const built = Buffer.from(await compileSource(build)).toString('base64');
    expect(built === (await bytesOf[build]())).toBe(true);
  },
);

test.for(kernelBuilds)(
  '%s imports a memory and nothing else, has no data and exports functions',
  async (build, context) => {
    const bytes = Buffer.from(await bytesOf[build](), 'base64');
    if (!WebAssembly.validate(bytes)) context.skip('This engine does not validate this build.');
    const { module } = await compileKernels(build);
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
    expect(WebAssembly.Module.exports(module).every(({ kind }) => kind === 'function')).toBe(true);
    const [globals, start, elements, data] = [6, 8, 9, 11];
    const sections = sectionsOf(bytes);
    for (const section of [globals, start, elements, data]) expect(sections).not.toContain(section);
  },
);

/** The ids of the sections of a module. */
function sectionsOf(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  let at = 8;
  while (at < bytes.length) {
    ids.push(bytes[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return ids;
}
