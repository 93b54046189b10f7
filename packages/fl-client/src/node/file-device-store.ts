import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DeviceStore } from '../network/device-store.ts';

/**
 * Keeps a device in a file: written beside and renamed, so that a process that is killed leaves the old or the new one.
 *
 * @param path - of the file; its folder is made when there is none
 * @example
 * ```ts
 * import { mkdtemp, rm } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { createFileDeviceStore } from '@protonorm/fl-client/node';
 * const folder = await mkdtemp(`${tmpdir()}/device-`);
 * const store = createFileDeviceStore(`${folder}/device.bin`);
 * await store.load(); // => undefined
 * await store.save(Uint8Array.of(1, 2));
 * (await store.load())?.length; // => 2
 * await rm(folder, { recursive: true });
 * ```
 */
export function createFileDeviceStore(path: string): DeviceStore {
  return {
    async load() {
      try {
        return new Uint8Array(await readFile(path));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async save(bytes) {
      await mkdir(dirname(path), { recursive: true });
      const beside = `${path}.new`;
      const file = await open(beside, 'w', 0o600); // it holds the private key
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    },
  };
}
