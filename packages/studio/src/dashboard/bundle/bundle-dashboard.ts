import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as esbuild from 'esbuild';
import { dashboardCss } from './dashboard-css.ts';
import { dashboardHtml } from './dashboard-html.ts';

const main = new URL('../page/main.ts', import.meta.url);
const worker = new URL('../page/measure/measure-worker.ts', import.meta.url);

/** The sources of the page are there: not in a built package, which has the files already. */
export function canBundleDashboard(): boolean {
  return existsSync(main);
}

/**
 * Bundles the page for browsers: `index.html`, `dashboard.css`, `dashboard.js`, `measure-worker.js` and the chunks that are
 * loaded on demand, three.js among them.
 */
export function bundleDashboard(): ReadonlyMap<string, Uint8Array> {
  // Only a checkout has it; the built package needs no bundler.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof esbuild;
  const { outputFiles } = buildSync({
    entryPoints: { dashboard: fileURLToPath(main), 'measure-worker': fileURLToPath(worker) },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    conditions: ['@protonorm/source'],
    chunkNames: '[name]-[hash]',
    legalComments: 'inline',
    write: false,
    outdir: '/',
    logLevel: 'silent',
  });
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return new Map([
    ['index.html', encode(dashboardHtml)],
    ['dashboard.css', encode(dashboardCss)],
    ...outputFiles.map(({ path, contents }) => [basename(path), contents] as const),
  ]);
}
