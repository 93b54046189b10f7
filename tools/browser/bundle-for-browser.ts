import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** Bundles a module and what it imports for browsers; imports of Node's own modules stay as they are. */
export async function bundleForBrowser(entry: string | URL): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    // The name under which it is served does not depend on the entry's.
    entryPoints: { entry: typeof entry === 'string' ? entry : fileURLToPath(entry) },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    supported: { using: false },
    conditions: ['@protonorm/source'],
    // Only behind a question whether this is Node.
    external: ['node:*'],
    sourcemap: 'inline',
    write: false,
    outdir: '/',
    logLevel: 'silent',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}
