import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Interrupted, isInterruption } from '../cli/exit-codes.ts';
import { writeWholeFile } from './write-whole-file.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'protonorm-whole-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('a file that is written whole', () => {
  it('replaces the old one, and leaves nothing beside it', async () => {
    const path = join(dir, 'a.txt');
    await writeWholeFile(path, 'old');
    await writeWholeFile(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(dir)).toEqual(['a.txt']);
  });

  it.each(['before', 'while'])('stays as it was when interrupted %s it is written', async (when) => {
    const path = join(dir, 'a.txt');
    await writeWholeFile(path, 'old');
    const controller = new AbortController();
    if (when === 'before') controller.abort(new Interrupted('Interrupted.'));
    const writing = writeWholeFile(path, new Uint8Array(1 << 24), { signal: controller.signal });
    controller.abort(new Interrupted('Interrupted.'));
    const error: unknown = await writing.catch((reason: unknown) => reason);
    expect(isInterruption(error)).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(dir)).toEqual(['a.txt']);
  });

  it('tells the path that was asked for when it cannot be', async () => {
    const path = join(dir, 'nowhere', 'a.txt');
    await expect(writeWholeFile(path, 'x')).rejects.toMatchObject({ code: 'ENOENT', path });
  });
});
