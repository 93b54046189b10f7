import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { kernelBuilds } from '@protonorm/wasm-kernels';

/** A file that a browser may load to train. */
export interface EngineFile {
  /** 'engine' = what every page loads; the kernels are loaded by `createBackend`, one of them unless 'auto' tries both. */
  readonly name: 'engine' | (typeof kernelBuilds)[number];
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** How packages are found. */
export interface EngineFilesOptions {
  /** As of Node's `--conditions`; without '@protonorm/source' the built packages are taken. */
  readonly conditions: readonly string[];
}

/**
 * What an application gets whose bundler makes chunks: `createBackend` of `@protonorm/backend-wasm` and all behind it, by
 * esbuild, minified, ESM, without source maps.
 */
export async function engineFiles({ conditions }: EngineFilesOptions): Promise<readonly EngineFile[]> {
  const { metafile, outputFiles } = await build({
    stdin: {
      contents: "export { createBackend } from '@protonorm/backend-wasm';",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: [...conditions],
    metafile: true,
    write: false,
    outdir: 'out',
    logLevel: 'silent',
  });
  const sizes = new Map<EngineFile['name'], EngineFile>();
  Object.values(metafile.outputs).forEach(({ inputs }, i) => {
    const holds = (part: string): boolean => Object.keys(inputs).some((input) => input.includes(part));
    const kernels = kernelBuilds.filter((name) => holds(`${name}.generated`));
    if (kernels.length > 1) throw new Error('Both binaries of the kernels are in one file.');
    const name = kernels[0] ?? 'engine';
    const { contents } = outputFiles[i];
    const before = sizes.get(name);
    sizes.set(name, {
      name,
      bytes: contents.length + (before?.bytes ?? 0),
      gzipBytes: gzipSync(contents, { level: 9 }).length + (before?.gzipBytes ?? 0),
    });
  });
  return (['engine', ...kernelBuilds] as const).map((name) => {
    const file = sizes.get(name);
    if (file === undefined) throw new Error(`No file holds the kernels '${name}'.`);
    return file;
  });
}
