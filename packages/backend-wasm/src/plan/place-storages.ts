import type { Storage } from '../graph/storage.ts';

const ALIGNMENT = 64;

/**
 * Gives storages their offsets in a work area: those whose lives overlap lie apart, others share their place. Greedy by
 * size: the largest first, each at the lowest place that is free for its whole life.
 *
 * @param guard - bytes to leave free around each storage, which then shares its place with none
 * @returns bytes of the work area
 */
export function placeStorages(
  storages: readonly Storage[],
  capacity: number,
  guard: { readonly bytes: number } | undefined = undefined,
): number {
  const used = storages.filter((storage) => storage.last >= storage.first);
  const sizes = new Map(
    used.map((storage) => [storage, Math.ceil(storage.bytes(capacity) / ALIGNMENT) * ALIGNMENT]),
  );
  if (guard !== undefined) {
    let end = guard.bytes;
    for (const storage of used) {
      storage.offset = end;
      end += sizes.get(storage)! + guard.bytes;
    }
    return end;
  }
  const bySize = [...used].sort((a, b) => sizes.get(b)! - sizes.get(a)!);
  const placed: Storage[] = [];
  let total = 0;
  for (const storage of bySize) {
    const size = sizes.get(storage)!;
    let offset = 0;
    for (const other of placed) {
      if (!overlap(storage, other)) continue;
      const end = other.offset + sizes.get(other)!;
      if (end > offset && other.offset < offset + size) offset = end;
    }
    storage.offset = offset;
    // In the order of their offsets, so that one pass finds the lowest gap.
    const at = placed.findIndex((other) => other.offset > offset);
    placed.splice(at < 0 ? placed.length : at, 0, storage);
    total = Math.max(total, offset + size);
  }
  return total;
}

function overlap(a: Storage, b: Storage): boolean {
  return a.pinned || b.pinned || (a.first <= b.last && b.first <= a.last);
}
