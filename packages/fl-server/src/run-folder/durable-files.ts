import { open } from 'node:fs/promises';

/** Files that are written at the same time, each of which waits for the disk. */
const AT_ONCE = 16;

/** Writes new files so that they are on the disk, not only in the memory of the system, when the promise resolves. */
export async function writeDurably(
  files: readonly (readonly [path: string, bytes: Uint8Array | string])[],
): Promise<void> {
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < files.length) {
      const [path, bytes] = files[next++];
      const file = await open(path, 'w');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } catch (error) {
        next = files.length;
        throw error;
      } finally {
        await file.close();
      }
    }
  };
  const writers = Array.from({ length: Math.min(AT_ONCE, files.length) }, writer);
  // All have ended before an error is told: nothing is written behind the caller's back.
  for (const result of await Promise.allSettled(writers))
    if (result.status === 'rejected') throw result.reason;
}

/** Waits until names that were made or changed in a folder are on the disk. */
export async function syncFolder(path: string): Promise<void> {
  let folder;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch (error) {
    // Windows opens no folders; its file systems keep names in order by themselves.
    const { code } = error as NodeJS.ErrnoException;
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(code ?? '')) throw error;
  } finally {
    await folder?.close();
  }
}
