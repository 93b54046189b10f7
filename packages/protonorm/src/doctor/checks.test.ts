import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backendNames, backendTable, type BackendEntry, type BackendName } from '../backend/backend-table.ts';
import {
  checkBackends,
  checkMachine,
  checkNode,
  checkRecipes,
  checkRunsFolder,
  checkSimd,
} from './checks.ts';

const { signal } = new AbortController();

describe('the checks of doctor', () => {
  it.each([
    ['20.20.2', 'not ok'],
    ['22.12.0', 'not ok'],
    ['22.13.0', 'ok'],
    ['24.21.0', 'ok'],
  ])('Node %s is %s', (version, status) => {
    expect(checkNode(version)).toMatchObject({ status, found: `v${version}` });
    expect('remedy' in checkNode(version)).toBe(status === 'not ok');
  });

  it('SIMD is there, as in every engine of today; without it there is a way out', () => {
    expect(checkSimd().status).toBe('ok');
    expect(checkSimd(false)).toMatchObject({ status: 'not ok', remedy: expect.stringContaining('SIMD') });
  });

  it('a machine needs some memory', () => {
    expect(checkMachine({ free: 0, total: 2 ** 29 }).status).toBe('not ok');
    expect(checkMachine({ free: 0, total: 2 ** 34 }).status).toBe('ok');
  });

  it('a runs folder that does not exist yet can be written, and is not made', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'protonorm-doctor-'));
    expect(await checkRunsFolder({ runs: join(dir, 'a/b'), signal })).toMatchObject({ status: 'ok' });
    expect(await readdir(dir)).toEqual([]);
    await rm(dir, { recursive: true });
  });

  it('the recipes of the package are whole', async () => {
    expect(await checkRecipes()).toMatchObject({ status: 'ok', found: expect.stringContaining('digits') });
  });

  it('every backend is told of, and none that may be missing is required', async () => {
    const checks = await checkBackends({ runs: 'runs', signal });
    expect(checks.map(({ name }) => name)).toEqual(backendNames.map((name) => `backend ${name}`));
    for (const { name, status } of checks) {
      const { optional }: BackendEntry = backendTable[name.slice('backend '.length) as BackendName];
      expect(optional ? ['ok', 'note'] : ['ok']).toContain(status);
    }
  });
});
