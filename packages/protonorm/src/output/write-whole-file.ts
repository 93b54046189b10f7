import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * Writes a file so that there is the old or the new one at any moment, never half of one.
 *
 * @param options.signal - stops it until the new one is in its place; the old one is then as it was
 */
export async function writeWholeFile(
  path: string,
  content: string | Uint8Array,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const beside = `${path}.new`;
  try {
    await writeFile(beside, content, { signal });
    signal?.throwIfAborted();
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined); // the first error is the one to tell
    throw Object.assign(error as Error, { path }); // not the name beside it, which nobody has given
  }
}
