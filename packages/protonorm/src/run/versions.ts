import { readFileSync } from 'node:fs';

/** Versions for the manifest of a run. */
export function versions(): Readonly<Record<string, string>> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return { protonorm: version, node: process.version, platform: `${process.platform} ${process.arch}` };
}
