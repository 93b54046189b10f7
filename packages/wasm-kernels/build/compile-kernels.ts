import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

/** Both come from one source; 'relaxed' has fused multiply-add. */
export const kernelBuilds = ['simd', 'relaxed'] as const;

/** A binary of the kernels. */
export type KernelBuild = (typeof kernelBuilds)[number];

/** Compiles assembly/ to a module that imports its memory and has neither stack nor data. */
export async function compileKernels(build: KernelBuild): Promise<Uint8Array> {
  const base = join(import.meta.dirname, '../assembly');
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      '--outFile=kernels.wasm',
      '-O3',
      '--runtime=stub',
      '--importMemory',
      '--noExportMemory',
      '--initialMemory=1',
      '--noAssert',
      '--enable=simd',
      ...(build === 'relaxed' ? ['--enable=relaxed-simd'] : []),
    ],
    {
      readFile(name, directory) {
        try {
          return readFileSync(join(base, directory === '.' ? '' : directory, name), 'utf8');
        } catch {
          return null; // asc asks for files that need not be there
        }
      },
      writeFile(name, contents) {
        if (name === 'kernels.wasm') binary = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error || binary === undefined) throw new Error(`asc failed: ${stderr.toString() || error?.message}`);
  return binary;
}
