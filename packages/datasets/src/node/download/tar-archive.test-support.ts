/** A file or folder of {@link tarArchive}. */
interface TarMember {
  readonly name: string;
  readonly prefix?: string;
  /** '0' file, '5' folder. */
  readonly type?: string;
  readonly bytes?: Uint8Array;
}

/** Writes a ustar archive. */
export function tarArchive(members: readonly TarMember[]): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const { name, prefix = '', type = '0', bytes = new Uint8Array(0) } of members) {
    const header = new Uint8Array(512);
    const put = (at: number, value: string) => header.set(new TextEncoder().encode(value), at);
    put(0, name);
    put(100, '0000644\0');
    put(124, `${bytes.length.toString(8).padStart(11, '0')}\0`);
    put(148, '        ');
    put(156, type);
    put(257, 'ustar\x0000');
    put(345, prefix);
    const sum = header.reduce((total, byte) => total + byte, 0);
    put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
    const body = new Uint8Array(Math.ceil(bytes.length / 512) * 512);
    body.set(bytes);
    blocks.push(header, body);
  }
  blocks.push(new Uint8Array(1024));
  const archive = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    archive.set(block, at);
    at += block.length;
  }
  return archive;
}
