import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'tsup';

/**
 * The one build of all packages: an entry for each key of `exports`, ESM, type declarations, source maps.
 * The entries are read from package.json, so that `exports` and built files cannot disagree.
 */
export function packageConfig(packageDir: string) {
  const { exports, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(packageDir, 'package.json'), 'utf8'),
  ) as {
    exports: Record<string, string | { '@protonorm/source': string; default: string }>;
    optionalDependencies?: Record<string, string>;
  };
  const entry: Record<string, string> = {};
  for (const target of Object.values(exports)) {
    if (typeof target === 'string') continue;
    entry[target.default.replace(/^\.\/dist\//, '').replace(/\.js$/, '')] = target['@protonorm/source'];
  }
  return defineConfig({
    entry,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    // 'node:sqlite' has no name without it.
    removeNodeProtocol: false,
    // tsup leaves out dependencies and peers by itself, but not the optional ones.
    external: [/^node:/, ...Object.keys(optionalDependencies)],
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
  });
}
