import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { ProtoNormError } from '@protonorm/tensor';
import { bundleDashboard, canBundleDashboard } from './bundle/bundle-dashboard.ts';

/** A file of the dashboard as a server sends it. */
export interface DashboardFile {
  /** Content type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/**
 * The static files of the live dashboard, for a server to serve under one folder: from a path relative to it to type and content.
 *
 * The page is `index.html`; it asks its own origin for `/api/federations`, and nothing else for anything. The built package reads
 * its files, a checkout bundles them from the sources (half a second, once); keep the result.
 *
 * @throws `data-not-found` where the package was installed without its built files
 * @example
 * ```ts
 * import { dashboardFiles } from '@protonorm/studio/dashboard';
 * const files = dashboardFiles();
 * files.get('index.html')?.type; // => 'text/html; charset=utf-8'
 * ```
 */
export function dashboardFiles(): ReadonlyMap<string, DashboardFile> {
  const files = builtFiles() ?? bundledFiles();
  return new Map(
    Array.from(files, ([path, bytes]) => [
      path,
      { type: TYPES[extname(path)] ?? 'application/octet-stream', bytes },
    ]),
  );
}

/** Beside the built door; undefined in a checkout, where this module lies among the sources. */
function builtFiles(): ReadonlyMap<string, Uint8Array> | undefined {
  const folder = new URL('./dashboard/', import.meta.url);
  if (!existsSync(folder)) return undefined;
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder))]));
}

function bundledFiles(): ReadonlyMap<string, Uint8Array> {
  if (canBundleDashboard()) return bundleDashboard();
  throw new ProtoNormError('data-not-found', 'The files of the dashboard are missing.', {
    hint: 'Install @protonorm/studio again, or build it: npm run build.',
  });
}
