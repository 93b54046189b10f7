import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import type { KernelBuild } from '@protonorm/wasm-kernels';

/** A function that does nothing but multiply-adds: 96 floating point operations for each of its steps. */
export async function compilePeak(build: KernelBuild): Promise<(steps: number) => number> {
  const source = readFileSync(join(import.meta.dirname, 'peak.as'), 'utf8');
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    [
      'peak.ts',
      '--outFile=peak.wasm',
      '-O3',
      '--runtime=stub',
      '--enable=simd',
      ...(build === 'relaxed' ? ['--enable=relaxed-simd'] : []),
    ],
    {
      readFile: (name) => (name === 'peak.ts' ? source : null),
      writeFile: (name, contents) => {
        if (name === 'peak.wasm') binary = Uint8Array.from(contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  if (error || binary === undefined) throw new Error(`asc failed: ${stderr.toString()}`);
  const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(binary), {});
  const peak = exports.peak as (steps: number, a: number, b: number) => number;
  return (steps) => peak(steps, 1e-3, 0.5);
}
