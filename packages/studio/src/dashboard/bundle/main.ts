import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDashboard } from './bundle-dashboard.ts';

/** The part of `npm run build` that tsup does not do: the page's files, beside the built door. */
const folder = join(import.meta.dirname, '../../../dist/dashboard');
mkdirSync(folder, { recursive: true });
for (const [name, bytes] of bundleDashboard()) writeFileSync(join(folder, name), bytes);
