import { createBackend } from '@protonorm/backend-wasm';
import { summarise, type Summary } from './summary.ts';

/** Runs in a browser: the suite on ProtoNorm's own WASM engine. */
export default function inBrowser(options: { readonly build?: 'simd' | 'relaxed' }): Promise<Summary> {
  return summarise(() => createBackend(options));
}
