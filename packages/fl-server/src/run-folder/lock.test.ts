import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFolder } from './lock.ts';
import { temporaryFolder } from './temporary-folder.test-support.ts';

const inUse = { code: 'invalid-run', message: expect.stringContaining('is in use by process') as string };

/** A process that locks a folder, says what came of it, and lives until its input ends. */
function locking(folder: string): ChildProcess {
  const code = `
    import { lockFolder } from ${JSON.stringify(new URL('lock.ts', import.meta.url).href)};
    try {
      const release = await lockFolder(${JSON.stringify(folder)});
      process.stdout.write('locked');
      for await (const _ of process.stdin);
      await release();
    } catch (error) {
      process.stdout.write(error.code);
    }
  `;
  const args = ['--conditions=@protonorm/source', '--input-type=module-typescript', '--eval', code];
  return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: import.meta.dirname });
}

const saying = async ({ stdout }: ChildProcess): Promise<string> => String((await once(stdout!, 'data'))[0]);

describe('lockFolder', () => {
  it('claims with the number of the process, and releases once', async () => {
    await using folder = await temporaryFolder();
    const release = await lockFolder(folder.path);
    expect(await readFile(join(folder.path, 'lock'), 'utf8')).toBe(String(process.pid));
    await release();
    expect(await readdir(folder.path)).toEqual([]);
    const second = await lockFolder(folder.path);
    await release(); // of the first claim: not of the second
    expect(await readdir(folder.path)).toEqual(['lock']);
    await second();
  });

  it('refuses a second claim of the same process, also by another name of the folder', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'run'));
    await symlink(join(folder.path, 'run'), join(folder.path, 'alias'));
    const release = await lockFolder(join(folder.path, 'run'));
    for (const name of ['run', 'alias', './run/../run']) {
      await expect(lockFolder(join(folder.path, name))).rejects.toMatchObject(inUse);
    }
    await release();
    const again = await lockFolder(join(folder.path, 'alias'));
    await again();
  });

  it('refuses the folder of a living process, and takes over that of a killed one', async () => {
    await using folder = await temporaryFolder();
    const other = locking(folder.path);
    expect(await saying(other)).toBe('locked');
    await expect(lockFolder(folder.path)).rejects.toMatchObject({
      code: 'invalid-run',
      message: expect.stringMatching(
        new RegExp(`in use by process ${other.pid}\\. Wait for it to end, or stop it; .*remove .*lock`),
      ),
    });
    expect(await readFile(join(folder.path, 'lock'), 'utf8')).toBe(String(other.pid));
    other.kill('SIGKILL');
    await once(other, 'exit');
    const release = await lockFolder(folder.path);
    expect(await readFile(join(folder.path, 'lock'), 'utf8')).toBe(String(process.pid));
    await release();
  });

  it('takes over at once behind SIGKILL, before the killed process is gone', async () => {
    await using folder = await temporaryFolder();
    const other = locking(folder.path);
    expect(await saying(other)).toBe('locked');
    process.kill(other.pid!, 'SIGKILL');
    const release = await lockFolder(folder.path);
    expect(await readFile(join(folder.path, 'lock'), 'utf8')).toBe(String(process.pid));
    await release();
  });

  it('gives a folder of a killed process to one of several that want it', async () => {
    await using folder = await temporaryFolder();
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(join(folder.path, 'lock'), String(pid));
    const processes = [0, 1, 2].map(() => locking(folder.path));
    const outcomes = await Promise.all(processes.map(saying));
    expect(outcomes.toSorted()).toEqual(['invalid-run', 'invalid-run', 'locked']);
    const winner = processes[outcomes.indexOf('locked')];
    expect(await readFile(join(folder.path, 'lock'), 'utf8')).toBe(String(winner.pid));
    for (const process of processes) process.stdin!.end();
    await Promise.all(processes.map((process) => process.exitCode ?? once(process, 'exit')));
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('takes over its own number: of a process that was killed before', async () => {
    await using folder = await temporaryFolder();
    for (const left of [String(process.pid), 'no number']) {
      await writeFile(join(folder.path, 'lock'), left);
      const release = await lockFolder(folder.path);
      expect(await readFile(join(folder.path, 'lock'), 'utf8')).toBe(String(process.pid));
      await release();
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'takes over a number that belongs to a younger process now (skipped: only Linux tells when one began)',
    async () => {
      await using folder = await temporaryFolder();
      const path = join(folder.path, 'lock');
      await writeFile(path, String(process.ppid));
      await expect(lockFolder(folder.path)).rejects.toMatchObject(inUse);
      await utimes(path, new Date(0), new Date(0));
      const release = await lockFolder(folder.path);
      expect(await readFile(path, 'utf8')).toBe(String(process.pid));
      await release();
    },
  );

  it('gives up on a lock without a number, and says what to remove', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'lock');
    await writeFile(path, '');
    await expect(lockFolder(folder.path)).rejects.toMatchObject({
      code: 'invalid-run',
      message: expect.stringContaining(`remove ${path} and ${path}.taken`),
    });
    await expect(lockFolder(join(folder.path, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
