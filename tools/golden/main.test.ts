import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const shared = fileURLToPath(new URL('../../../shared/golden/', import.meta.url));
const hasShared = existsSync(join(shared, 'micro.json'));
const folder = mkdtempSync(join(tmpdir(), 'golden-'));
afterAll(() => rmSync(folder, { recursive: true }));

function golden(...args: string[]) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  return spawnSync(process.execPath, ['--conditions=@protonorm/source', main, ...args], { encoding: 'utf8' });
}

describe('npm run golden', () => {
  it.skipIf(!hasShared)('replays the vectors of the reference (skipped without ../shared)', () => {
    const { status, stdout } = golden(
      join(shared, 'micro.json'),
      join(shared, 'alignment/pa_3x3_gauss.json'),
    );
    expect(stdout).toContain('2 of 2 files within the tolerance');
    for (const name of ['cpu', 'tfjs-wasm', 'wasm-simd']) {
      expect(stdout).toMatch(new RegExp(`protonorm_official {2}${name} .* losses \\d\\.\\de-\\d+ `));
    }
    expect(status).toBe(0);
  });

  it.skipIf(!hasShared)('says which numbers are off, with exit code 1 (skipped without ../shared)', () => {
    const file = JSON.parse(readFileSync(join(shared, 'micro.json'), 'utf8'));
    file.cases[0].rounds[1].global_protos['3'][5] += 0.001;
    const path = join(folder, 'off.json');
    writeFileSync(path, JSON.stringify(file));
    const { status, stdout } = golden(path, '--backend', 'cpu');
    expect(stdout).toMatch(/FAIL protonorm_official .* aligned prototypes 1\.0e-3/);
    expect(stdout).toMatch(/ok {3}protonorm_fresh/);
    expect(status).toBe(1);
  });

  it.each([
    ['no JSON', '{', /cannot be read as JSON/],
    ['a JSON of another kind', '{"a": 1}', /invalid-golden/],
    [
      'a model that does not chain',
      JSON.stringify(
        microWith({ 'base.w.weight': [1, 2], 'base.w.bias': [1], 'head.weight': [1, 2], 'head.bias': [1] }),
      ),
      /invalid-golden/,
    ],
  ])('refuses %s with exit code 2', (_, text, message) => {
    const path = join(folder, 'bad.json');
    writeFileSync(path, text);
    const { status, stderr } = golden(path);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it('refuses a missing file and an unknown option with exit code 2', () => {
    expect(golden(join(folder, 'nowhere.json')).status).toBe(2);
    expect(golden('--bakend=cpu').status).toBe(2);
    expect(golden('x.json', '--backend=cpuu').stderr).toContain("Did you mean 'cpu'?");
  });
});

function microWith(init: Record<string, number[]>) {
  const inputs = [{ train_x_int: [[1, 2]], train_y: [0], test_x_int: [], test_y: [] }];
  return { args: {}, inputs, cases: [{ name: 'x', algorithm: 'Local', rounds: [], init: [init] }] };
}
