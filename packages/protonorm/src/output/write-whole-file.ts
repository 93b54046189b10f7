import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file so that there is the old or the new one at any moment, never half of one. */
export async function writeWholeFile(path: string, content: string | Uint8Array): Promise<void> {
  const beside = `${path}.new`;
  try {
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined); // the first error is the one to tell
    throw Object.assign(error as Error, { path }); // not the name beside it, which nobody has given
  }
}
