import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** Versions for the manifest of a run. */
export function versions(): Readonly<Record<string, string>> {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { protonorm: version, node: process.version, platform: `${process.platform} ${process.arch}` };
}
