import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

/** Both come from one source; 'relaxed' has fused multiply-add. */
export const kernelBuilds = ['simd', 'relaxed'] as const;

/** A binary of the kernels. */
export type KernelBuild = (typeof kernelBuilds)[number];

/** A change of the source, for tests that break a kernel on purpose. */
export interface Replacement {
  /** A file of assembly/, without the ending. */
  readonly file: string;
  /** The first occurrence of `from` behind this text is replaced. */
  readonly behind: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Compiles assembly/ to a module that imports its memory and has neither stack nor data.
 *
 * @throws an error when the source does not compile, or has nothing to replace
 */
export async function compileKernels(
  build: KernelBuild,
  replacements: readonly Replacement[] = [],
): Promise<Uint8Array<ArrayBuffer>> {
  const base = join(import.meta.dirname, '../assembly');
  let binary: Uint8Array<ArrayBuffer> | undefined;
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
        let text: string;
        try {
          text = readFileSync(join(base, directory === '.' ? '' : directory, name), 'utf8');
        } catch {
          return null; // asc asks for files that need not be there
        }
        for (const replacement of replacements) {
          if (name === `${replacement.file}.ts`) text = replaced(text, replacement);
        }
        return text;
      },
      writeFile(name, contents) {
        if (name === 'kernels.wasm') binary = contents as Uint8Array<ArrayBuffer>;
      },
      listFiles: () => [],
    },
  );
  if (error || binary === undefined) throw new Error(`asc failed: ${stderr.toString() || error?.message}`);
  return binary;
}

function replaced(text: string, { behind, from, to, file }: Replacement): string {
  const start = text.indexOf(behind);
  const at = text.indexOf(from, start + behind.length);
  if (start < 0 || at < 0) throw new Error(`There is no '${from}' behind '${behind}' in ${file}.ts.`);
  return text.slice(0, at) + to + text.slice(at + from.length);
}
