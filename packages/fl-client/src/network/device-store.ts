/** Where a device keeps what must survive its end: its key, its model, its last reply. */
export interface DeviceStore {
  /** What was saved last; undefined = nothing yet. */
  load(): Promise<Uint8Array | undefined>;
  /** Durable when it resolves; one that rejects has left what was there. */
  save(bytes: Uint8Array): Promise<void>;
}

/**
 * A store that lives as long as the process.
 *
 * @example
 * ```ts
 * import { createMemoryDeviceStore } from '@protonorm/fl-client';
 * const store = createMemoryDeviceStore();
 * await store.save(Uint8Array.of(1));
 * (await store.load())?.length; // => 1
 * ```
 */
export function createMemoryDeviceStore(): DeviceStore {
  let kept: Uint8Array | undefined;
  return {
    load: async () => kept?.slice(),
    async save(bytes) {
      kept = bytes.slice();
    },
  };
}
