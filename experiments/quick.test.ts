import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { learnedText } from './results/page.ts';
import { readResultFile } from './results/result-file.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--conditions=@protonorm/source', 'experiments/main.ts', ...args], {
    cwd: root,
    // Its temporary files too are removed in the end.
    env: { ...process.env, TMPDIR: folder },
  });
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'protonorm-quick-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

// Each starts processes, which takes its time where others compute too.
describe('npm run experiment', { timeout: 240_000 }, () => {
  it('computes, draws and writes a quick version', async () => {
    const out = join(folder, 'out');
    const { stdout } = await main('bytes', '--quick', '--out', out, '--json');
    const file = readResultFile(join(out, 'bytes.json'), 'bytes');
    expect(JSON.parse(stdout)).toEqual(file);
    expect(file.quick).toBe(true);
    const { cases } = file.data as {
      cases: { strategies: { label: string; runs: { curve: number[] }[] }[] }[];
    };
    expect(cases.map(({ strategies }) => strategies.map(({ label }) => label))).toEqual([
      ['local', 'protonorm'],
      ['local', 'protonorm'],
    ]);
    expect(cases[0].strategies[0].runs[0].curve).toHaveLength(3);
    expect(readFileSync(join(out, 'bytes.svg'), 'utf8')).toMatch(/^<svg /);
    const page = readFileSync(join(out, 'bytes.md'), 'utf8');
    expect(page).toContain('| digits-64 ');
    expect(learnedText(page)).toBeUndefined();
  });

  it('lists the experiments, and refuses others', async () => {
    expect((await main()).stdout).toContain('pa-sensitivity');
    await expect(main('none')).rejects.toMatchObject({ code: 2 });
  });
});
