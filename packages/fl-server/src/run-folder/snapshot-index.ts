import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of a snapshot, relative to its folder. */
export interface SnapshotFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whose state it is. */
  readonly client?: string;
}

/** `snapshot.json`: what belongs to a snapshot, with checksums; a folder without it is none. */
interface SnapshotIndex {
  readonly format: string;
  readonly round: number;
  readonly files: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly client?: string;
  }[];
}

/** Name of the index in a snapshot's folder. */
export const SNAPSHOT_INDEX = 'snapshot.json';

const FORMAT = 'protonorm-snapshot-1';

/** The text of `snapshot.json`. */
export function snapshotIndex(round: number, files: readonly SnapshotFile[]): string {
  const index: SnapshotIndex = {
    format: FORMAT,
    round,
    files: files.map(({ name, bytes, client }) => ({
      name,
      bytes: bytes.length,
      sha256: sha256(bytes),
      ...(client !== undefined && { client }),
    })),
  };
  return `${JSON.stringify(index, null, 2)}\n`;
}

/** Reads all files that the index names. @throws Error for one that is missing, of another length or content */
export async function readSnapshotIndex(folder: string, round: number): Promise<readonly SnapshotFile[]> {
  const index = JSON.parse(await readFile(join(folder, SNAPSHOT_INDEX), 'utf8')) as SnapshotIndex;
  if (index.format !== FORMAT) {
    throw new Error(`${SNAPSHOT_INDEX} has the format '${String(index.format)}' instead of '${FORMAT}'`);
  }
  if (index.round !== round || !Array.isArray(index.files)) {
    throw new Error(`${SNAPSHOT_INDEX} is of round ${String(index.round)}`);
  }
  return Promise.all(
    index.files.map(async (file) => {
      const bytes = new Uint8Array(await readFile(join(folder, file.name)));
      if (bytes.length !== file.bytes)
        throw new Error(`${file.name} has ${bytes.length} bytes instead of ${file.bytes}`);
      if (sha256(bytes) !== file.sha256) throw new Error(`${file.name} is not what was written (SHA-256)`);
      return { name: file.name, bytes, ...(file.client !== undefined && { client: file.client }) };
    }),
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
