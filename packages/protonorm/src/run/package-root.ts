import { fileURLToPath } from 'node:url';

/** Folder of this package, from its sources (two levels below it) and built (one). */
export const packageRoot = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../' : '../', import.meta.url),
);
