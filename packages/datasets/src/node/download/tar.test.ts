import { describe, expect, it } from 'vitest';

import { tarEntries } from './tar.ts';
import { tarArchive } from './tar-archive.test-support.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const text = (content: string) => new TextEncoder().encode(content);
const list = (archive: Uint8Array) =>
  Array.from(tarEntries(archive), ({ name, bytes }) => [name, new TextDecoder().decode(bytes)]);

describe('tarEntries', () => {
  it('lists files of any size with their folders and skips the folders themselves', () => {
    const long = 'x'.repeat(1000);
    const archive = tarArchive([
      { name: 'data/', type: '5' },
      { name: 'data/a.bin', bytes: text('hello') },
      { name: 'data/empty', bytes: new Uint8Array(0) },
      { name: 'b', bytes: text(long) },
    ]);
    expect(list(archive)).toEqual([
      ['data/a.bin', 'hello'],
      ['data/empty', ''],
      ['b', long],
    ]);
  });

  it('joins the prefix of long names', () => {
    expect(list(tarArchive([{ name: 'a', prefix: 'very/long', bytes: text('1') }]))).toEqual([
      ['very/long/a', '1'],
    ]);
  });

  it('takes long names from headers of GNU tar and pax, for the next member only', () => {
    const long = `${'ü/'.repeat(80)}a.jpg`;
    const record = (body: string): string => {
      const bytes = text(body).length + 1;
      for (let digits = 1; ; digits++) {
        if (String(bytes + digits).length === digits) return `${bytes + digits} ${body}`;
      }
    };
    const pax = `${record('mtime=1.5\n')}${record(`path=${long}\n`)}`;
    for (const header of [
      { name: '././@LongLink', type: 'L', bytes: text(`${long}\0`) },
      { name: 'PaxHeader/a', type: 'x', bytes: text(pax) },
    ]) {
      const archive = tarArchive([
        header,
        { name: 'cut', bytes: text('1') },
        { name: 'b', bytes: text('2') },
      ]);
      expect(list(archive)).toEqual([
        [long, '1'],
        ['b', '2'],
      ]);
      const folder = tarArchive([header, { name: 'cut', type: '5' }, { name: 'b', bytes: text('2') }]);
      expect(list(folder)).toEqual([['b', '2']]);
    }
    const none = { name: 'PaxHeader/b', type: 'x', bytes: text(record('mtime=1\n')) };
    expect(list(tarArchive([none, { name: 'b', bytes: text('2') }]))).toEqual([['b', '2']]);
  });

  it('refuses damaged headers and archives that end too early', () => {
    const archive = tarArchive([{ name: 'a', bytes: text('hello') }]);
    const damaged = archive.slice();
    damaged[0] ^= 1;
    expect(() => list(damaged)).toThrow(code('data-corrupt'));
    expect(() => list(archive.subarray(0, 515))).toThrow(/ends within 'a'/);
    expect(() => list(archive.subarray(0, 1024))).toThrow(/without an end mark/);
    expect(() => list(new Uint8Array(0))).toThrow(code('data-corrupt'));
  });
});
