import { ProtoNormError } from '@protonorm/tensor';
import { kernelBuilds, type KernelBuild } from './kernel-build.ts';

const compiled = new Map<KernelBuild, Promise<WebAssembly.Module>>();

/** The kernels, compiled once for a process. */
export interface CompiledKernels {
  readonly build: KernelBuild;
  readonly module: WebAssembly.Module;
}

/**
 * Compiles a binary of the kernels; 'auto' takes the fastest that this engine accepts (`WebAssembly.validate`).
 *
 * @throws `backend-unavailable` when the engine has no WebAssembly with SIMD, or not the build that was asked for;
 *   `invalid-argument` for an unknown build
 * @example
 * ```ts
 * import { compileKernels } from '@protonorm/wasm-kernels';
 * const { module } = await compileKernels('simd');
 * WebAssembly.Module.imports(module); // => [{ module: 'env', name: 'memory', kind: 'memory' }]
 * ```
 */
export async function compileKernels(build: KernelBuild | 'auto' = 'auto'): Promise<CompiledKernels> {
  if (build !== 'auto' && !kernelBuilds.includes(build)) {
    throw new ProtoNormError('invalid-argument', `Unknown build of the kernels: ${JSON.stringify(build)}.`, {
      received: build,
      expected: ['auto', ...kernelBuilds],
    });
  }
  if (typeof WebAssembly === 'undefined') throw unavailable('there is no WebAssembly here', build);
  for (const candidate of build === 'auto' ? kernelBuilds : [build]) {
    const bytes = await binaryOf(candidate);
    if (!WebAssembly.validate(bytes)) continue;
    let module = compiled.get(candidate);
    if (module === undefined) compiled.set(candidate, (module = WebAssembly.compile(bytes)));
    return { build: candidate, module: await module };
  }
  throw unavailable(
    build === 'relaxed' ? 'this engine has no relaxed SIMD' : 'this engine has no WebAssembly SIMD',
    build,
  );
}

/** Only the binary that is used is loaded; a bundler makes a file of each. */
async function binaryOf(build: KernelBuild): Promise<Uint8Array<ArrayBuffer>> {
  const base64 =
    build === 'simd'
      ? (await import('./binaries/simd.generated.ts')).simdBase64
      : (await import('./binaries/relaxed.generated.ts')).relaxedBase64;
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function unavailable(why: string, build: KernelBuild | 'auto'): ProtoNormError {
  return new ProtoNormError('backend-unavailable', `The WASM kernels do not run here: ${why}.`, {
    received: build,
    hint:
      build === 'relaxed'
        ? "Take the build 'simd' or 'auto'; Node has relaxed SIMD from version 22 on, browsers since 2024."
        : 'Use Node >= 22 or a browser of 2023 or later.',
  });
}
